"""The records: a file a concept."""

from kb.models.api_token import ApiToken, Scope
from kb.models.avoid import Avoid
from kb.models.blast_radius import BlastRadius
from kb.models.cause import Cause
from kb.models.content_epoch import ContentEpoch
from kb.models.evidence import EVIDENCE_MOVES, Evidence, EvidenceState
from kb.models.faq import Faq
from kb.models.feedback import FEEDBACK_MOVES, Feedback, FeedbackState, Verdict
from kb.models.fix import Fix
from kb.models.index_failure import IndexFailure
from kb.models.job import Job
from kb.models.listing import Consequence, Listing
from kb.models.look_alike import LookAlike
from kb.models.match_count import Counted, MatchCount
from kb.models.moves import MoveRefusedError
from kb.models.page import AddressFixedError, Page, PageAlias
from kb.models.part import KeyedPart, RevisionPart
from kb.models.paste_count import PasteCount, Pasted, PasteOutcome
from kb.models.platform_check import PlatformCheck
from kb.models.reproduction import Outcome, Reproduction
from kb.models.revision import REVISION_MOVES, Revision, RevisionFrozenError, RevisionState
from kb.models.sample import Sample
from kb.models.signature import Signature
from kb.models.silence_check import SilenceCheck
from kb.models.source import DEAD, SOURCE_MOVES, Citation, Source, SourceAlias, SourceState
from kb.models.source_host import SourceHost
from kb.models.step import Step
from kb.models.tally import Tally
from kb.models.tool import Tool
from kb.models.unknown_error import UNKNOWN_MOVES, Sighting, UnknownCount, UnknownError, UnknownState
from kb.models.user import User

__all__ = [
    "DEAD",
    "EVIDENCE_MOVES",
    "FEEDBACK_MOVES",
    "REVISION_MOVES",
    "SOURCE_MOVES",
    "UNKNOWN_MOVES",
    "AddressFixedError",
    "ApiToken",
    "Avoid",
    "BlastRadius",
    "Cause",
    "Citation",
    "Consequence",
    "ContentEpoch",
    "Counted",
    "Evidence",
    "EvidenceState",
    "Faq",
    "Feedback",
    "FeedbackState",
    "Fix",
    "IndexFailure",
    "Job",
    "KeyedPart",
    "Listing",
    "LookAlike",
    "MatchCount",
    "MoveRefusedError",
    "Outcome",
    "Page",
    "PageAlias",
    "PasteCount",
    "PasteOutcome",
    "Pasted",
    "PlatformCheck",
    "Reproduction",
    "Revision",
    "RevisionFrozenError",
    "RevisionPart",
    "RevisionState",
    "Sample",
    "Scope",
    "Sighting",
    "Signature",
    "SilenceCheck",
    "Source",
    "SourceAlias",
    "SourceHost",
    "SourceState",
    "Step",
    "Tally",
    "Tool",
    "UnknownCount",
    "UnknownError",
    "UnknownState",
    "User",
    "Verdict",
]
