"""python -m langassets_tests.fuzz"""

import sys

from langassets_tests.fuzz.run import main

sys.exit(main())
