"""What can be wrong with a stack, said so that its user can put it right."""


class StackError(Exception):
    """The stack cannot start or go on. The message says what to do; no traceback is needed."""


class StateInUse(StackError):
    """Another stack runs on the same state directory."""


class PortTaken(StackError):
    """Somebody listens on a port that the stack needs."""
