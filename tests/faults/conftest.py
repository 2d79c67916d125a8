"""The fault tests share helpers with the rooms they break."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "extract"))
