"""What holds for every test."""

from hypothesis import settings

# How long one example takes is the machine's affair: no deadline. A failure prints how to repeat it.
settings.register_profile("tiercel", deadline=None, print_blob=True)
settings.load_profile("tiercel")
