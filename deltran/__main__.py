"""`python -m deltran`, the same as the command `deltran`."""

from deltran.main import main

if __name__ == "__main__":
    main()
