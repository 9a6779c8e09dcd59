"""Writes fixtures/tensorboard-schema.binpb, a FileDescriptorSet: the event file messages that TensorBoard 2.21.0 publishes.

python3 packages/train/python/write_tensorboard_schema.py   (needs tensorboard==2.21.0)
"""

from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from tensorboard.compat.proto import event_pb2

schema = FileDescriptorSet()


def add(file):
    """Adds a file after the files that it imports."""
    if any(each.name == file.name for each in schema.file):
        return
    for imported in file.dependencies:
        add(imported)
    file.CopyToProto(schema.file.add())


add(event_pb2.DESCRIPTOR)
Path(__file__).parent.parent.joinpath('fixtures/tensorboard-schema.binpb').write_bytes(schema.SerializeToString())
