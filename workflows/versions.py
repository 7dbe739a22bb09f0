"""Every patch id of every workflow, with its date and the condition for its removal.

None yet. A change of the commands that a running workflow would repeat needs one: add a constant here,
branch on `workflow.patched(CONSTANT)` outside of any loop, and record a new history beside the old ones.
"""
