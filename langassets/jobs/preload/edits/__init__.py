"""What people changed in stored objects: learnt, and put into what is made anew."""
