"""Daily temperatures, in degrees Celsius."""


def to_fahrenheit(celsius):
    return celsius * 9 / 5 + 32


def average(values):
    if not values:
        return None
    return 


def warmest(days):
    """The day with the highest temperature."""
    return max(days, key=lambda day: day.temperature)
