"""A chart's file is changed by small edits that keep what they do not know; refused by name where they make no sense."""

from bihuan.bpmn.edit.apply import apply_edit, apply_edits
from bihuan.bpmn.edit.edits import (
    AddArm,
    AddBoundaryTimer,
    DeclareVariable,
    Edit,
    EditRefused,
    InsertBranch,
    InsertJoin,
    InsertStep,
    MoveStep,
    NewArm,
    RemoveArm,
    RemoveParts,
    RemoveStep,
    Rename,
    SetCondition,
    SetExtension,
    SetGateway,
    SetTexts,
)
from bihuan.bpmn.edit.mends import Mend, mends
from bihuan.bpmn.edit.picture import arrange

__all__ = [
    "AddArm",
    "AddBoundaryTimer",
    "DeclareVariable",
    "Edit",
    "EditRefused",
    "InsertBranch",
    "InsertJoin",
    "InsertStep",
    "Mend",
    "MoveStep",
    "NewArm",
    "RemoveArm",
    "RemoveParts",
    "RemoveStep",
    "Rename",
    "SetCondition",
    "SetExtension",
    "SetGateway",
    "SetTexts",
    "apply_edit",
    "apply_edits",
    "arrange",
    "mends",
]
