"""Sizes of the published models (slots, width, hidden, classes) and how many numbers a head's linear layer gives for addressing."""
N, M, H, C = 20, 16, 64, 10
HEAD = {"ntm": M + 1 + 1 + 3 + 1, "dms": M + 1 + 1 + 2 + 1}

# the NTM of the tasks: an LSTM controller, memory [TN, M], bits in and out after every step (copy of 14 vectors of 8 bits)
TN, TH, TIN, TOUT, TBATCH, TSTEPS = 48, 100, 10, 8, 32, 30
