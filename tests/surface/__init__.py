"""The whole surface as a state machine, `machine.py`, and the plain Python model beside it."""
