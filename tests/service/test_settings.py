"""Settings come from the environment, strictly."""

import pytest

from service.settings import Settings, SettingsError


def test_defaults_hold_without_an_environment():
    """Nothing needs to be set, and other people's keys are passed over."""
    assert Settings.from_environment({"THEMETAG_SERVICE_HOST": "10.0.0.1", "PATH": "/bin"}) == Settings()


def test_each_setting_has_its_key():
    """A setting is its name in capitals after THEMETAG_."""
    for name in Settings.model_fields:
        assert getattr(Settings.from_environment({f"THEMETAG_{name.upper()}": "17"}), name) == 17


@pytest.mark.parametrize("value", ["many", "", "0", "-1", "1.5"])
def test_a_wrong_value_names_key_value_and_what_is_allowed(value):
    """No guess is made."""
    with pytest.raises(SettingsError, match=rf"THEMETAG_MAX_BYTES={value!r}: .*a whole number from 1"):
        Settings.from_environment({"THEMETAG_MAX_BYTES": value})
