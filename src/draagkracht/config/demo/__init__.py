"""`draagkracht demo`: a believable care organisation, invented, on this machine only."""


def main(argv: list[str]) -> int:
    """Makes the demo organisation when it is not there yet, and serves it on loopback until Ctrl-C."""
    from draagkracht.config.demo.command import main as run

    return run(argv)
