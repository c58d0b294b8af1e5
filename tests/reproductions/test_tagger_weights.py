"""A checkpoint is read as its format says; another wheel than the named one is refused."""

import numpy as np
import pytest

from reproductions import tagger_weights as module


def test_numbers_take_seven_bits_a_byte():
    assert module.number(b"\x05rest") == (5, b"rest")
    assert module.number(b"\xac\x02") == (300, b"")


def test_keys_leave_out_what_they_share():
    block = b"\x00\x03\x01abcX" + b"\x02\x01\x01dY" + bytes(4) + b"\x01\x00\x00\x00"
    assert list(module.entries(block)) == [(b"abc", b"X"), (b"abd", b"Y")]


def test_a_checkpoint_by_hand():
    about = b"\x08\x01\x12\x08\x12\x02\x08\x02\x12\x02\x08\x03\x20\x04\x28\x18\x35abcd"
    restarts = bytes(4) + b"\x01\x00\x00\x00"
    block = b"\x00\x00\x00" + b"\x00\x01" + bytes([len(about)]) + b"w" + about + restarts
    top = b"\x00\x01\x02z" + bytes([0, len(block)]) + restarts
    footer = bytes([0, 0, len(block), len(top)]).ljust(48, b"\x00")
    values = np.arange(6, dtype="<f4").reshape(2, 3)
    found = module.checkpoint(block + top + footer, b"skip" + values.tobytes())
    assert list(found) == ["w"]
    np.testing.assert_array_equal(found["w"], values)


def test_another_wheel_is_refused(tmp_path):
    (tmp_path / "musicnn.whl").write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"not that of musicnn 0\.1\.0"):
        module.convert(tmp_path / "musicnn.whl", tmp_path / "a.npz")
