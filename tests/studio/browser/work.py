"""Work for jobs that a browser watches."""

import time


def linger(argument, progress):
    """Get half of it done, then go on for as long as one is let."""
    progress(0.5)
    time.sleep(600)
