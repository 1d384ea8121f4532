"""Errors for people: each names the file or value, what was wrong with it, and what to do."""


class DescantError(Exception):
    """The base of every error that descant raises on purpose.

    Its message is one line that a musician can act on; the command line prints it and exits with 2.
    """


class DescantWarning(UserWarning):
    """Something was not as it should be and was got round; the command line prints the message as one line."""


class InvalidValueError(DescantError, ValueError):
    """A representation or an argument breaks its own rules: shape, range, order or units."""


class UnreadableFileError(DescantError):
    """A file is missing, empty, truncated, forbidden or not what its name says."""


class UnsupportedFormatError(DescantError):
    """A file's format is known not to be readable, or a wanted output format does not exist."""


class UnwritableFileError(DescantError):
    """An output could not be written: no permission, no space, or a folder in the way."""


class MissingExtraError(DescantError):
    """A feature needs an optional dependency; the message says exactly what to install."""


class NoRouteError(DescantError):
    """No chain of transforms leads from the given types to the wanted one."""


class UnknownTransformError(DescantError):
    """No transform has the given name, or it does not do what was asked of it."""


class MissingDataError(DescantError):
    """A data set or a SoundFont that a command needs was not found."""


class BusyError(DescantError):
    """Too much is under way already; the message says what to wait for."""
