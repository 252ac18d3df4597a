"""Secrets that must be read again, as those of second factors: kept in the database under a key that is not in it.

The key is a file of the data folder, readable by its owner alone and made when it is first needed, or stands in the
environment. No backup holds it. Text is sealed by AES-256-GCM and bound to its owner, so that a sealed secret that was
copied to somebody else does not open.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from tanheng.errors import TanhengError

KEY_FILE = "secrets.key"
MARK = "sealed1:"
"""How a sealed text begins."""
_BYTES, _NONCE = 32, 12


class KeyUnusable(TanhengError):
    """A key that is missing, unreadable, or not the one under which something was sealed."""

    code = "R-013"
    zh = "密钥（{place}）无法打开数据库中加密的内容：{detail_zh}。"
    en = "The key ({place}) does not open what is encrypted in the database: {detail_en}."
    remedy_zh = "请放回原来的 secrets.key 或 TANHENG_SECRET_KEY；确已丢失时由安全管理员重设第二因子。"
    remedy_en = (
        "Put the former secrets.key or TANHENG_SECRET_KEY back; if it is lost, reset the second factors."
    )
    exit_code = 1
    status = 503


@dataclass(frozen=True)
class Secrets:
    """The key of a data folder.

    Parameters
    ----------
    folder : Path
        The data folder.
    stated : str, optional
        The key itself, 32 bytes in base64, instead of the file.

    Examples
    --------
    >>> import tempfile
    >>> kept = Secrets(Path(tempfile.mkdtemp()))
    >>> sealed = kept.seal("JBSWY3DPEHPK3PXP", "wang")
    >>> is_sealed(sealed), kept.open(sealed, "wang")
    (True, 'JBSWY3DPEHPK3PXP')
    """

    folder: Path
    stated: str = field(default="", repr=False)

    def seal(self, text: str, owner: str) -> str:
        """A text under the key, for one owner.

        Raises
        ------
        KeyUnusable
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE)
        hidden = AESGCM(self._key(make=True)).encrypt(nonce, text.encode(), owner.encode())
        return MARK + base64.b64encode(nonce + hidden).decode()

    def open(self, text: str, owner: str) -> str:
        """The text that was sealed for an owner; one from before there was a key is as it is.

        Raises
        ------
        KeyUnusable
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if not is_sealed(text):
            return text
        hidden = base64.b64decode(text.removeprefix(MARK))
        try:
            key = AESGCM(self._key(make=False))
            return key.decrypt(hidden[:_NONCE], hidden[_NONCE:], owner.encode()).decode()
        except InvalidTag as error:
            raise self._unusable("密钥不符", "it is another key") from error

    def fingerprint(self) -> str:
        """The beginning of the hash of the key, by which a key is known; empty where there is none."""
        try:
            return hashlib.sha256(b"tanheng" + self._key(make=False)).hexdigest()[:16]
        except KeyUnusable:
            return ""

    def _key(self, *, make: bool) -> bytes:
        file = self.folder / KEY_FILE
        try:
            if not self.stated and make and not file.exists():
                _make(file)
            text = self.stated or file.read_text(encoding="ascii")
            key = base64.b64decode(text.strip(), validate=True)
        except (OSError, ValueError) as error:
            said = " ".join(str(error).split())
            raise self._unusable(said, said) from error
        if len(key) != _BYTES:
            raise self._unusable(f"应为 {_BYTES} 字节的 base64", f"expected {_BYTES} bytes in base64")
        return key

    def _unusable(self, zh: str, en: str) -> KeyUnusable:
        place = "TANHENG_SECRET_KEY" if self.stated else KEY_FILE
        return KeyUnusable(place=place, detail_zh=zh, detail_en=en)


def is_sealed(text: str) -> bool:
    """Whether a text is under a key."""
    return text.startswith(MARK)


def _make(file: Path) -> None:
    """A new key; where two processes make one at once, the first stands."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(base64.b64encode(secrets.token_bytes(_BYTES)) + b"\n")
            target.flush()
            os.fsync(target.fileno())
        try:
            os.link(half, file)
        except FileExistsError:
            return
        except OSError:  # no links on this file system
            half.replace(file)
    finally:
        half.unlink(missing_ok=True)
