"""What holds for every test."""

from hypothesis import settings

# How long one example takes is the machine's affair: no deadline. A failure prints how to repeat it. One tree of
# files gives one verdict: the examples are always the same ones; `pytest --hypothesis-profile=afresh` looks further.
settings.register_profile("tiercel", deadline=None, print_blob=True, derandomize=True)
settings.register_profile("afresh", deadline=None, print_blob=True)
settings.load_profile("tiercel")
