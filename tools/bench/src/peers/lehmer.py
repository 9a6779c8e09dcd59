"""The random generator of training-data.ts, so that all libraries learn from the same numbers."""


def lehmer():
    state = 1

    def draw(below):
        nonlocal state
        state = state * 16807 % (2**31 - 1)
        return state % below

    return draw
