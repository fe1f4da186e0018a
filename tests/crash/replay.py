"""Lays out a directory as a power cut at any moment of a record (recorder.c) could have left it.

Model, as strict as POSIX: a file's bytes are safe after a sync of the file, a name after a sync of its
directory. Everything else may be lost, or kept, or kept in part."""

import bisect
import dataclasses
import pathlib
import struct

CREATE, WRITE, SYNC, TRUNCATE, ALLOCATE, RENAME, UNLINK, MKDIR, RMDIR, SYNC_DIR = range(1, 11)
HEAD = struct.Struct("<IIQQI")


@dataclasses.dataclass
class Operation:
    kind: int
    path: str
    offset: int
    data: bytes
    end: int  # of its entry in the record


def read_record(path, forget_syncs_of=None):
    """All whole entries. `forget_syncs_of`: as if files with this in their path were never synced."""
    raw = pathlib.Path(path).read_bytes()
    operations, at = [], 0
    while at + HEAD.size <= len(raw):
        kind, _, offset, length, path_length = HEAD.unpack_from(raw, at)
        begin = at + HEAD.size
        end = begin + path_length + length
        if end > len(raw):
            break
        name = raw[begin:begin + path_length].decode()
        if kind != SYNC or forget_syncs_of is None or forget_syncs_of not in name:
            operations.append(Operation(kind, name, offset, raw[begin + path_length:end], end))
        at = end
    return operations


def prefix_of(operations, position):
    """How many operations were recorded when the record was `position` bytes long."""
    return bisect.bisect_right([operation.end for operation in operations], position)


class Disk:
    """The state after a prefix: inodes with their changes, directories with their names."""

    def __init__(self, operations):
        self.inodes = {}       # number -> list of (index, Operation)
        self.synced = {}       # number -> index of its last sync
        self.names = {"": {}}  # directory -> name -> inode number, or None for a directory
        self.safe = {"": {}}   # the same, as of the directory's last sync
        self.pending = {"": []}  # directory -> changes since: (name, inode or None or "gone")
        self.next = 1
        for index, operation in enumerate(operations):
            self.apply(index, operation)

    @staticmethod
    def split(path):
        directory, _, name = path.rpartition("/")
        return directory, name

    def put(self, directory, name, value):
        names = self.names.setdefault(directory, {})
        if value == "gone":
            names.pop(name, None)
        else:
            names[name] = value
        self.pending.setdefault(directory, []).append((name, value))

    def apply(self, index, operation):
        directory, name = self.split(operation.path)
        kind = operation.kind
        if kind == MKDIR:
            self.names.setdefault(operation.path, {})
            self.safe.setdefault(operation.path, {})
            self.put(directory, name, None)
        elif kind == CREATE:
            self.inodes[self.next] = []
            self.put(directory, name, self.next)
            self.next += 1
        elif kind in (UNLINK, RMDIR):
            self.put(directory, name, "gone")
        elif kind == RENAME:
            value = self.names[directory].get(name)
            target_directory, target = self.split(operation.data.decode())
            self.put(directory, name, "gone")
            self.put(target_directory, target, value)
        elif kind == SYNC_DIR:
            self.safe[operation.path] = dict(self.names.get(operation.path, {}))
            self.pending[operation.path] = []
        else:
            inode = self.names.get(directory, {}).get(name)
            if inode is None:
                return  # a file from before the record began
            if kind == SYNC:
                self.synced[inode] = index
            else:
                self.inodes[inode].append((index, operation))

    def content(self, inode, random):
        data = bytearray()
        synced = self.synced.get(inode, -1)
        for index, operation in self.inodes[inode]:
            piece = operation.data
            if index > synced:
                if random is None or random.random() < 0.5:
                    continue
                piece = piece[:random.randint(0, len(piece))]
            if operation.kind == WRITE:
                end = operation.offset + len(piece)
                if end > len(data):
                    data.extend(b"\0" * (end - len(data)))
                data[operation.offset:end] = piece
            elif operation.kind == TRUNCATE:
                if operation.offset < len(data):
                    del data[operation.offset:]
                else:
                    data.extend(b"\0" * (operation.offset - len(data)))
            elif operation.kind == ALLOCATE and operation.offset > len(data):
                data.extend(b"\0" * (operation.offset - len(data)))
        return data

    def lay_out(self, target, random=None):
        """Write it below `target`. random None: everything unsynced is lost; otherwise some of it is
        kept, whole or in part."""
        def visit(directory, place):
            place.mkdir(mode=0o700, exist_ok=True)
            names = dict(self.safe.get(directory, {}))
            pending = self.pending.get(directory, [])
            kept = 0 if random is None else random.randint(0, len(pending))
            for name, value in pending[:kept]:
                if value == "gone":
                    names.pop(name, None)
                else:
                    names[name] = value
            for name, value in names.items():
                if value is None:
                    visit(directory + "/" + name, place / name)
                else:
                    (place / name).write_bytes(self.content(value, random))
        visit("", pathlib.Path(target))
