"""When and in what order: orchestration, publication, write-back and the command."""
