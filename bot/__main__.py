"""`python -m bot` is the command `buckstop`."""

from bot.cli import main

if __name__ == "__main__":
    main()
