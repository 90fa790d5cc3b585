"""Vietnamese text: normal form, spaces, tone marks, and the spelling without accents."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.text import fold, nfc, retone, squeeze

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
vietnamese = st.text(VIETNAMESE + VIETNAMESE.upper() + " 0123456789,.-")


def test_fold_takes_every_accent() -> None:
    assert fold(VIETNAMESE) == fold(VIETNAMESE.upper())
    assert "".join(sorted(set(fold(VIETNAMESE)))) == "abcdeghiklmnopqrstuvxy"
    assert fold("Đoàn kết ĐƯỜNG PHỐ 12/2021/QĐ-UBND") == "doan ket duong pho 12/2021/qd-ubnd"


@given(st.text())
@example("ằ\u0300")
@example("İẞϓΣ")
@example("ᄀ\u0300ᅡ")
def test_fold_is_idempotent_and_never_longer(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert len(fold(text)) <= len(nfc(text))


@given(vietnamese)
def test_fold_keeps_offsets_of_vietnamese(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(text).isascii()
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


def test_fold_leaves_other_scripts() -> None:
    assert fold("中文 हिन्दी עִבְרִית") == nfc("中文 हिन्दी עִבְרִית")


@given(st.text())
def test_nfc_and_squeeze_are_idempotent(text: str) -> None:
    assert nfc(nfc(text)) == nfc(text)
    assert squeeze(squeeze(text)) == squeeze(text)


@pytest.mark.parametrize(
    ("text", "squeezed"),
    [
        ("  Hoàn\u00a0\u00a0Kiếm \n\t", "Hoàn Kiếm"),
        ("\ufeffHoàn\u200b Kiếm", "Hoàn Kiếm"),
        ("Hoa\u0300n Kie\u0302\u0301m", "Hoàn Kiếm"),
        ("a\r\nb", "a b"),
        ("\u00a0", ""),
    ],
)
def test_squeeze(text: str, squeezed: str) -> None:
    assert squeeze(text) == squeezed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hòa bình", "hoà bình"),
        ("HÒA BÌNH", "HOÀ BÌNH"),
        ("Hòa", "Hoà"),
        ("sức khỏe", "sức khoẻ"),
        ("Ủy ban", "Uỷ ban"),
        ("thủy lợi, tòa án.", "thuỷ lợi, toà án."),
    ],
)
def test_retone_moves_the_mark(old: str, new: str) -> None:
    assert (retone(old), retone(new)) == (new, new)


@pytest.mark.parametrize("text", ["quý", "quỳ", "hoàn", "của", "khuỷu", "thoáng", "Huyền", "quả", "mùa"])
def test_retone_leaves_what_has_one_spelling(text: str) -> None:
    assert retone(text) == text


@given(vietnamese)
def test_retone_changes_no_letter(text: str) -> None:
    assert fold(retone(text)) == fold(text)
    assert retone(retone(text)) == retone(text)
