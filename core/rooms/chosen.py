"""Where the rooms of this process are: with several replicas, the environment variable ROOMS_REDIS_URL says where."""

import os

from core.rooms.memory import Memory
from core.rooms.rooms import Rooms

URL = os.environ.get("ROOMS_REDIS_URL", "")
FAR = bool(URL)  # whether to ask may take long

if URL:
    from core.rooms.shared import Shared  # Redis only where one is used

    ROOMS = Rooms(Shared(URL))
else:
    ROOMS = Rooms(Memory())
