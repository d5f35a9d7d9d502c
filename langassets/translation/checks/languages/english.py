"""English words that give a text away as English, however short it is.

Lessons are written in English, and a heading of two words (`Next Steps`) is too short for any language
identifier. A name stays as it is in every language, so a list of words has to tell the two apart: these
are words of everyday and of technical English that are no names. Some are also part of product names
(`GitHub Actions`, `Visual Studio Code`): beside a word that can only be a name they count as one.
"""

from collections.abc import Mapping
from functools import cache

from langassets.locales import english_name

_FUNCTION = """
    a about above across after again against all almost along already also although always among an and
    another any anyone anything are aren't around as at away back be became because become been before
    behind being below between beyond both but by can cannot could did do does doing done don't down
    during each either else enough even ever every everyone everything few for from further had has have
    having he her here hers him his how however i if in instead into is isn't it its itself just least
    less let like many may me might more most much must my near neither never no nobody none nor not
    nothing now of off often on once only onto or other others our ours out over own per perhaps quite
    rather same she should since so some someone something sometimes soon still such than that the their
    theirs them then there these they this those though through throughout thus to together too toward
    towards under unless until up upon us very via was we well were what whatever when whenever where
    whether which while who whole whom whose why will with within without would yet you your yours
    yourself
"""

# Also words of other languages, or too short to say anything: they give nothing away by themselves.
_SHARED = """
    a all an are as at be but by can do for had has he her him his i if in is it let like me more most
    must my no nor not now of off on once or our out over per same she so some such than that then to
    under up us was we well were what who will
"""

_GENERAL = """
    timezone timezones sponsor sponsors sponsorship highlight highlighting highlighted persistent opinion
    opinions integration integrations verification percentile transition transitions misc intro float
    integer notification acknowledge acknowledgement january february march april june july august
    september october november december monday tuesday wednesday thursday friday saturday sunday
    compatibility authentication authorization architecture assumption assumptions attribute attributes
    boolean caching capabilities citation clause clauses concurrency configurable constraint constraints
    convention conventions credit credits dependency dependencies deprecated deprecation deprecations
    diagnostics donate donation donations exception exceptions expression expressions failure failures
    filtering function hook hooks inheritance iteration iterations keyword keywords localization metadata
    middleware module modules namespace overhead pagination parsing philosophy pitfalls platforms
    postponed precision prefix primitive profiling quirks rationale recursion redirects rendering retries
    retry routing sanitize sanitization sponsoring statistics suffix suffixes syntax throttling timeout
    timeouts tracing transaction transactions typing upstream validator validators versioning wildcard
    wildcards wrapper wrappers ability able accept accepted access accordingly account accurate achieve
    acknowledgements across act action add added adding addition additional additionally address adjust
    advanced advantages advice affect agenda agent-assisted agree ahead allow allowed allows alternative
    amount analyze announcement answer answers appear appendix application applications apply approach
    appropriate approve archive area argument arguments arrange article ask asked aspects assess
    assessment assign assignment assisted assume attach attempt attend attention author authors automate
    automated automatically automation available average avoid award aware backed background bad balance
    base based basic basics beautiful before begin beginner beginners beginning behavior behind belong
    benefit benefits best better big bind bonus book books boost both bottom bound boundary branch
    branches break breaking brief briefly bring broken browse browser bug bugs build builder building
    builds built button buttons buy calculate capability call called calling calls cancel careful
    carefully carry catch cause challenge challenges change changed changelog changes changing chapter
    chapters character characters charge chart cheat check checked checking checklist checks child
    children choice choices choose choosing chosen class classes classroom clean clear clearly click
    client clients clone close closed closing coding collect collection column columns combine come comes
    coming command commands comment comments commit common community compare comparison compatible
    complete completed completely complex compute computer computing concept concepts conclusion condition
    conditions configuration configure configured configuring confirm connect connected connecting
    connection consider considerations contact contain contains content contents context continue
    contribute contributing contributor contributors control convert copy core correct cost count counter
    course courses cover covered create created creates creating creation creator credentials current
    currently custom customize daily data dataset date dates day days deal debug debugging decide decision
    declare deep default defaults define defined defining definition delete deliver demand demo deploy
    deployed deploying deployment depth describe described description design desired detail detailed
    details detect determine develop developer developers developing development device devices diagram
    dictionary difference differences different difficult directly directory deterministic disable
    disabled disclaimer discover discovery discuss discussion discussions display distance divide docs
    document documentation documents download downloads draft draw drive drop duplicate dynamic each
    earlier early earn easier easily easy edit edited editing editor editors effect effective efficient
    effort element elements embed empty enable enabled enables encourage end endpoint endpoints ends
    engine engineer engineering english enhance enhancement enhancements enjoy ensure enter entire entry
    environment environments equal error errors essential estimate evaluate evaluation event events
    everything evolve exam examine example examples except exchange execute exercise exercises exist
    existing exit expand expect expected experience explain explained explanation explore exploring expose
    export express extend extension extensions external extra extract facts failed failing fails fail fair
    fall false familiar families family fast faster fault favorite feature features feedback feel fetch
    field fields figure figures file files fill filter final finally find finding finds fine finish
    finished first fit fits fix fixed fixes flag flags flow fluent focus folder folders follow followed
    following follows font fonts food force forget fork form format formatting former forms forward found
    foundation foundations frame free frequently fresh friend friendly friends front full fully fun
    fundamental fundamentals future gain game games gap gather general generally generate generated
    generates generating generation get gets getting give given gives giving glad global glossary go goal
    goals goes going good great greater group groups grow growing guess guidance guide guideline
    guidelines guides habit half hand handle handles handling hands happen happens happy hard hardware
    hear heart heavy height hello help helper helpful helping helps hence hidden hide high higher highest
    highlights hint hints history hit hold home hope host hosted hosting hour hours house huge human
    hundred idea ideas identify ignore image images imagine immediately implement implementation
    implemented implementing imply important import improve improved improvement improvements improving
    include included includes including incoming increase independent individual information informed
    inner input inputs insert inside insight insights inspect inspired install installation installed
    installer installing installs instance instead instructions instructor integrate intended interactive
    interest interested interesting introduce introduced introducing introduction invite involve issue
    issues item items job jobs join joined journey jump keep keeping keeps kept key keyboard keys kind
    kinds know knowing knowledge known knows lack language languages large larger last later latest launch
    layer layers layout lead leading learn learned learner learners learning leave left legacy legal
    length lesson lessons letter letters level levels leverage library license life light likely limit
    limitations limited limits line lines link linked links list listed listen lists little live load
    loading local locally located location log logging login long longer look looking looks loop loops
    lost lot low lower machine main mainly maintain maintained maintainer maintainers maintenance major
    make makes making manage managed management manager managing manner manual manually map mapping mark
    marked markup master match matches matter matters meaning means measure meet member members memory
    mention menu merge merging message messages method methods middle migrate migrating migration mind
    minor minute minutes missing mistake mistakes mix mode model modeling models modern modify moment
    money monitor monitoring month months motivation mouse move moved moves moving multiple must name
    named names naming natural navigate navigation necessary need needed needs nested network networking
    networks new newer newest news next nice night normal note notebook notebooks notes nothing notice
    notifications number numbers object objects observe obtain occur offer offers office offline old older
    ongoing online open opened opening opens operate operating operator operators opportunities optional
    optionally options order orders organization organize original other others otherwise outcome outcomes
    outline output outputs outside overall override overview owner ownership owns pack package packages
    page pages paid pair pairs panel paper paragraph parameter parameters parent parse part participants
    particular parts party pass passed password past paste path paths pattern patterns pay people perfect
    perform performance performed performing period permission permissions person personal phase photo
    phrase pick picture piece pieces place placed plain plan planned planning plans plant play player
    please plus point points policy pool poor popular possible possibly post posts potential power
    powerful practical practice practices prefer preferred preparation prepare prepared prepares prepend
    prerequisite prerequisites presentation preserve press pretty prevent preview previous previously
    price pricing print prior privacy private probably problem problems procedure proceed process
    processes processing produce produced professional program programmer programmatic programmers
    programming programs progress project projects promote prompt prompts proper properly properties
    property propose protect protected prove provide provided provider provider-backed providers provides
    providing public publish published publishing pull purpose push put puts qualities quality query
    question questions quick quickly quickstart quiz quizzes quote quotes raise random range ranges rate
    rates raw reach reaches react read readable reader readers readiness reading ready real reality really
    reason reasons receive receives recent recently recipe recommend recommendation recommendations
    recommended record recorded records recover redirect reduce refer reference references refine reflect
    regular related relationship relationships release released releases relevant reliable rely remain
    remaining remember remote remove removed removes removing rename render replace replaced report
    reporting reports repositories repository represent representation request requested requests require
    required requirement requirements requires research reset resolve resource resources respond response
    responses responsible rest restart restrict result results resume retrieve return returned returns
    reuse review reviewed reviewing reviews rewrite rich right rights risk risks road roadmap role roles
    root round row rows rule rules run runner runners running runs runtime safe safely safety sample
    samples save saved saves saving say says scale scan scenario scenarios schedule scheduled school
    science scope score screen screenshot screenshots script scripts scroll search second secondary
    seconds secret secrets section sections secure security see seen select selected selecting selection
    selector send sending sends sense sent sentence separate separated sequence series serve serves
    service services session sessions set sets setting settings setup several shape shared share shares
    sharing shell shift ship short shortcut shortcuts should show showing shown shows side sign signature
    significant similar simple simpler simplest simply single site situation size sizes skill skills skip
    skipped sleep slide slides slow slower slowly small smaller smart snippet snippets software solution
    solutions solve solved solving somewhat sort sorted sorting sound source sources space spaces speak
    speakers special specific specification specified specify speech speed spelling spend split spoken
    spread stable stack stage stages stand standard standards start started starter starting starts
    startup state stated statement statements states static status stay stays step steps stop stops
    storage store stored stores storing story straight strategies strategy stream strength string strings
    strong structure structured structures student students studies study style styles subject submit
    subscribe subscription success successful successfully suggest suggested suggestion suggestions
    suitable suite sum summarize summary supplied supply support supported supporting supports suppose
    sure surface survey switch syllabus sync system systems table tables tag tags tail take taken takes
    taking talk target targeted targets task tasks taught teach teacher teachers teaching team teams tech
    technique techniques technologies technology tell tells template templates term terminal terminology
    terms test tested tester testers testing tests text texts thank thanks theme theory thing things think
    thinking thought thousand thread threads three threshold throw ticket tie tied time timeline times tip
    tips title titles today token tokens told tomorrow tool tooling tools top topic topics total touch
    track tracked tracking trade train trained training transfer transform translate translated translates
    translating translation translations translator transport travel treat tree trial trick tricks tried
    trigger triggers trouble troubleshoot troubleshooting true trust truth try trying turn tutorial
    tutorials tutor two type types typical typically unable uncertain understand understanding unexpected
    unfortunately unique unit units unknown unlike unlock unpack unsupported untranslated unused update
    updated updates updating upgrade upgrading upload uploads usage use used useful user users uses using
    usual usually utilities valid validate validated validation value values variable variables variety
    various verify version versions video videos view viewer views visible visit visual visualize volume
    wait waiting walk walkthrough want wants warning warnings was watch way ways weak web website websites
    week weekly weeks weight welcome went wide widely widget width win window wish wonder word words work
    worked worker workers workflow workflows working workload works workshop workshops workspace world
    worry worth wrap write writer writers writes writing written wrong yeah year years yes yesterday young
    zero zone
"""

# Words of everyday English that product and technology names are made of.
_IN_NAMES = """
    account action actions agent api app apps assistant basic book bot brain browser builder bus button
    canvas center channel chart class classroom client cloud code commerce computer console control
    copilot core course creator data database desktop developer development docs drive editor engine
    engineering environment event exchange express factory feed flow form forms foundation foundry
    framework functions game games general generator go graph group hub insights instance intelligence kit
    lab labs lake language layer learning library light link lite live logic machine manager map maps
    marketplace mesh message model models monitor network notebook notebooks object office online operator
    orchestration os pack page pages pipeline pipelines plan platform player plus point portal power pro
    process project projects protocol public query queue react registry repository research resource
    router runner runtime sandbox scale science script secret secrets security server service services
    shell signal single site slides snap space spark speech stack state static storage store stream string
    studio suite surface swift system table teams toolkit tools transformer translator tree type unity
    universal unix user vault virtual vision visual vm voice wallet wave web word work workspace world
"""

_LANGUAGE_CODES = """
    af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu he hi hr hu hy id is it ja
    ka kk km kn ko ku ky lo lt lv mk ml mn mr ms mt my nb ne nl no pa pl ps pt ro ru si sk sl sq sr sv sw
    ta te th tl tr uk ur uz vi yo zh zu
"""

# What is one word as a title, and a name in spite of the list.
_NAMES = "chrome edge excel go java oracle outlook react ruby rust safari spark swift unity windows"

# Names made of plain words only.
NAMES_OF_WORDS = (
    "Visual Studio Code", "Visual Studio", "Stack Overflow", "Power Automate", "Power Apps",
    "Power Query", "App Store", "Active Directory", "Cloud Run", "Cloud Functions", "Cloud Storage",
    "App Engine", "Event Hubs", "Cognitive Services", "Spring Boot", "React Native",
    "Material Design", "Open Graph", "Hugging Face", "Sublime Text", "Final Cut Pro", "Hacker News",
    "Internet Explorer", "Data Factory", "Data Studio", "Google Drive", "Google Docs",
    "Google Cloud", "Microsoft Word", "Microsoft Teams", "Microsoft Access", "Unreal Engine",
    "Raspberry Pi", "Creative Commons", "Semantic Versioning", "Semantic Kernel",
    "Model Context Protocol", "Free Code Camp", "World Wide Web",
)  # fmt: skip

FUNCTION_WORDS = frozenset(_FUNCTION.split())
SHARED_WORDS = frozenset(_SHARED.split())
CERTAIN_WORDS = FUNCTION_WORDS - SHARED_WORDS
"""Words that hardly another language writes: one in a stretch of text makes it English."""
WORDS_IN_NAMES = frozenset(_IN_NAMES.split())
NAMES = frozenset(_NAMES.split())
_VOCABULARY = FUNCTION_WORDS | frozenset(_GENERAL.split()) | WORDS_IN_NAMES | {"simplified", "traditional"}
_ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("es", ""),
    ("s", ""),
    ("ed", ""),
    ("d", ""),
    ("ing", ""),
    ("ing", "e"),
    ("ly", ""),
)


@cache
def languages() -> Mapping[str, str]:
    """The code of each language that lessons speak of, by its English name in small letters."""
    return {english_name(code).lower(): code for code in _LANGUAGE_CODES.split()}


def is_english(word: str) -> bool:
    """Whether a word of two letters or more is English vocabulary, in any of its forms."""
    word = word.lower()
    if len(word) < 2:
        return False
    if word in _VOCABULARY or word in languages():
        return True
    return any(word.endswith(old) and word.removesuffix(old) + new in _VOCABULARY for old, new in _ENDINGS)
