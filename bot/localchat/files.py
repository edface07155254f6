"""Files that were sent, in memory and with a limit in bytes; the oldest go first."""

import hashlib
from dataclasses import dataclass

from bot.localchat.params import Params, Upload
from bot.localchat.pictures import photo_size, picture_type
from bot.localchat.refusal import Json, Refusal, bad_request

KEPT_LIMIT_BYTES = 64 * 1024 * 1024
DOWNLOAD_LIMIT_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file with its Bot API description; `kind` is `photo` or `document`."""

    kind: str
    description: Json
    content: bytes
    mime_type: str
    path: str


class FileStore:
    """Finds files by `file_id` and by path."""

    def __init__(self, limit_bytes: int = KEPT_LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._files: dict[str, StoredFile] = {}
        self._size_bytes = 0
        self._count = 0

    def photo(self, upload: Upload) -> StoredFile:
        """The stored photo; raises `Refusal` when Telegram would not take it."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        width_px, height_px = photo_size(upload.content)
        mime_type, extension = picture_type(upload.content)
        facts = {"width": width_px, "height": height_px}
        return self._keep("photo", upload.content, facts, mime_type, extension)

    def document(self, upload: Upload) -> StoredFile:
        """The stored document; raises `Refusal` when it is empty."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        facts = {"file_name": upload.name, "mime_type": upload.mime_type}
        extension = upload.name.rpartition(".")[2][:8]
        safe = extension if extension.isalnum() else "bin"
        return self._keep("document", upload.content, facts, upload.mime_type, safe)

    def find(self, file_id: str) -> StoredFile:
        """The file with this id; raises `Refusal` when unknown or forgotten."""
        found = self._files.get(file_id)
        if found is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return found

    def by_path(self, path: str) -> StoredFile | None:
        """The file with this path, None when unknown or forgotten."""
        return next((stored for stored in self._files.values() if stored.path == path), None)

    def sent(self, kind: str, source: str, params: Params) -> StoredFile:
        """The file a call means: an upload, `attach://name`, or the `file_id` of an earlier one."""
        name = source.removeprefix("attach://")
        upload = params.uploads.get(kind if not source else name)
        if upload is not None:
            return self.photo(upload) if kind == "photo" else self.document(upload)
        if not source or source.startswith("attach://"):
            raise bad_request(f"there is no {kind} in the request")
        if source.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")  # nothing leaves this machine
        found = self.find(source)
        if found.kind != kind:
            was, wanted = found.kind.title(), kind.title()
            raise bad_request(f"can't use file of type {was} as {wanted}")
        return found

    def clear(self) -> None:
        """Forgets all files."""
        self._files.clear()
        self._size_bytes = 0

    def _keep(
        self, kind: str, content: bytes, facts: Json, mime_type: str, extension: str
    ) -> StoredFile:
        self._count += 1
        digest = hashlib.sha256(content).hexdigest()
        file_id = f"local-{kind}-{digest[:24]}-{self._count}"
        description = {
            "file_id": file_id,
            "file_unique_id": digest[:16],
            "file_size": len(content),
            **facts,
        }
        path = f"{kind}s/file_{self._count}.{extension}"
        stored = StoredFile(kind, description, content, mime_type, path)
        self._files[file_id] = stored
        self._size_bytes += len(content)
        while self._size_bytes > self._limit_bytes and len(self._files) > 1:
            oldest = self._files.pop(next(iter(self._files)))
            self._size_bytes -= len(oldest.content)
        return stored


def check_download(stored: StoredFile) -> None:
    """Raises `Refusal` when the file is larger than bots may download."""
    if len(stored.content) > DOWNLOAD_LIMIT_BYTES:
        raise Refusal(400, "Bad Request: file is too big")
