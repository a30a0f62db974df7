"""Settings come from command line, environment and file, strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.settings import Settings, SettingsError

HASH = "ab" * 32
GOOD = {bool: "true", int: "17", float: "17"}


def from_file(tmp_path, text, **environment):
    (tmp_path / "themetag.toml").write_text(text, "utf-8")
    return Settings.from_environment(environment, file=tmp_path / "themetag.toml")


def test_defaults_hold_without_an_environment():
    """Nothing needs to be set, and other people's keys are passed over."""
    assert Settings.from_environment({"PATH": "/bin", "THEME": "dark"}) == Settings()


def test_each_setting_has_its_key_and_its_help():
    """A setting is its name in capitals after THEMETAG_, and says what it is."""
    for name, field in Settings.model_fields.items():
        value = HASH if name == "api_keys" else GOOD.get(field.annotation, "17")
        value = "false" if field.default is True else value
        settings = Settings.from_environment({f"THEMETAG_{name.upper()}": value})
        assert getattr(settings, name) != field.default
        assert field.description


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(tmp_path):
    """Of three places the nearest wins, a key at a time."""
    (tmp_path / "themetag.toml").write_text("max_bytes = 1\nmax_characters = 1\nmax_paragraphs = 1\n", "utf-8")
    environment = {
        "THEMETAG_CONFIG": str(tmp_path / "themetag.toml"),
        "THEMETAG_MAX_CHARACTERS": "2",
        "THEMETAG_MAX_PARAGRAPHS": "2",
    }
    settings = Settings.from_environment(environment, given={"max_paragraphs": "3"})
    assert (settings.max_bytes, settings.max_characters, settings.max_paragraphs) == (1, 2, 3)


@pytest.mark.parametrize("value", ["many", "", "0", "-1", "1.5"])
def test_a_wrong_value_names_key_value_and_what_is_allowed(value):
    """No guess is made."""
    with pytest.raises(SettingsError, match=rf"THEMETAG_MAX_BYTES={value!r}: allowed is a whole number from 1$"):
        Settings.from_environment({"THEMETAG_MAX_BYTES": value})


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("PORT", "65536", "a whole number from 0 to 65535"),
        ("OPEN", "perhaps", "true or false"),
        ("DRAIN", "nan", "a number from 0 to 86400"),
        ("BODY_TIMEOUT", "0", "a number above 0 to 86400"),
        ("HOST", "", "text"),
    ],
)
def test_each_kind_says_what_it_allows(key, value, allowed):
    """Numbers, ranges, switches and texts."""
    with pytest.raises(SettingsError, match=f"THEMETAG_{key}='{value}': allowed is {allowed}$"):
        Settings.from_environment({f"THEMETAG_{key}": value})


def test_an_option_is_named_as_it_was_given():
    """A wrong value from the command line is not blamed on the environment."""
    with pytest.raises(SettingsError, match=r"^--max-bytes='x': allowed is"):
        Settings.from_environment({}, given={"max_bytes": "x"})


def test_a_key_in_the_place_of_a_hash_is_not_shown():
    """The message of a wrong hash repeats nothing: it may be the key itself."""
    with pytest.raises(SettingsError, match="THEMETAG_API_KEYS: allowed is SHA-256 hashes") as caught:
        Settings.from_environment({"THEMETAG_API_KEYS": "themetag_secret"})
    assert "secret" not in str(caught.value)


def test_several_keys_stand_with_commas_or_as_a_list(tmp_path):
    """The variable and the file hold the same."""
    other = "cd" * 32
    assert Settings.from_environment({"THEMETAG_API_KEYS": f"{HASH}, {other}"}).api_keys == (HASH, other)
    assert from_file(tmp_path, f'api_keys = ["{HASH}", "{other}"]').api_keys == (HASH, other)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('max_bytes = "1"', "max_bytes='1': allowed is a whole number from 1"),
        ("max_bytes = 0", "max_bytes=0: allowed is a whole number from 1"),
        ("host = 7", "host=7: allowed is text"),
        ('api_keys = "x"', "api_keys: allowed is SHA-256 hashes"),
        ("open = 1", "open=1: allowed is true or false"),
        ("max_bites = 1", "max_bites: there is no such setting; the nearest is max_bytes"),
        ("max_bytes = ", "is not TOML"),
    ],
)
def test_a_file_is_read_as_strictly(tmp_path, text, message):
    """The file, the key, the value and what is allowed are named; a number in quotes is no number."""
    with pytest.raises(SettingsError, match=rf"themetag\.toml: {message}"):
        from_file(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path):
    """A sentence, no traceback."""
    with pytest.raises(SettingsError, match=r"nowhere\.toml: no such file or directory"):
        Settings.from_environment({"THEMETAG_CONFIG": str(tmp_path / "nowhere.toml")})


@pytest.mark.parametrize(("key", "nearest"), [("MAX_BITES", "MAX_BYTES"), ("WORKER", "WORKERS"), ("CONFG", "CONFIG")])
def test_an_unknown_key_is_refused_with_the_nearest(key, nearest):
    """A typo does not pass for a setting."""
    with pytest.raises(SettingsError, match=f"THEMETAG_{key}: .* the nearest is THEMETAG_{nearest}$"):
        Settings.from_environment({f"THEMETAG_{key}": "1"})


def test_what_kubernetes_sets_beside_a_service_of_the_name_is_passed_over():
    """THEMETAG_PORT=tcp://… is the cluster's, THEMETAG_PORT=80 is ours."""
    cluster = {
        "THEMETAG_PORT": "tcp://10.0.0.1:8000",
        "THEMETAG_SERVICE_HOST": "10.0.0.1",
        "THEMETAG_SERVICE_PORT_HTTP": "8000",
        "THEMETAG_PORT_8000_TCP_ADDR": "10.0.0.1",
    }
    assert Settings.from_environment(cluster) == Settings()
    assert Settings.from_environment({"THEMETAG_PORT": "80"}).port == 80


@given(st.sampled_from(sorted(Settings.model_fields)), st.text(max_size=30))
def test_any_value_is_taken_or_named(name, value):
    """Whatever stands in the environment, the answer is settings or a sentence with the key."""
    key = f"THEMETAG_{name.upper()}"
    caught = None
    try:
        Settings.from_environment({key: value})
    except SettingsError as error:
        caught = str(error)
    assert caught is None or caught.startswith(key)
