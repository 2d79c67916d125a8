"""The parameters of one run, as the command, the schedule and the sensor give them."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from dagster import AssetExecutionContext, ConfigurableResource

from dagster_project.settings import ENV_FILE, RunSettings, load_settings
from dagster_project.warehouse import DataFolder, Transform, company_policies
from extract import Source, open_sources


class Parameters(ConfigurableResource):  # type: ignore[type-arg]
    """One run: which source, for which instant, sent or not. Secrets are never among them."""

    source: str = "systems"
    as_of: str = ""
    send: bool = False
    release: str = ""
    replay_days: int = 0
    data: str = ""

    @property
    def settings(self) -> RunSettings:
        """The typed settings of the environment and `.env`."""
        return load_settings()

    def data_folder(self) -> DataFolder:
        """The data folder of this run, made where it is missing."""
        return DataFolder(Path(self.data) if self.data else self.settings.data).create()

    def instant(self, context: AssetExecutionContext) -> datetime:
        """The run's `as_of`, UTC: as given, else by the settings, else the run's own start.

        Whole seconds, as the models take it: what this run reads is seen at this very instant.
        """
        return self._instant(context).replace(microsecond=0)

    def _instant(self, context: AssetExecutionContext) -> datetime:
        if self.as_of:
            return datetime.fromisoformat(self.as_of).astimezone(UTC)
        if self.settings.as_of:
            return self.settings.as_of
        record = context.instance.get_run_record_by_id(context.run_id)
        return record.create_timestamp if record else datetime.now(UTC)

    def folder(self) -> Path | None:
        """The company folder of `files:FOLDER`, or None where the systems are read."""
        folder = self.source.removeprefix("files:")
        return Path(folder) if folder != self.source else None

    def sources(self) -> AbstractContextManager[tuple[Source, ...]]:
        """The configured systems, or the folder of `files:FOLDER`."""
        return open_sources(
            files=self.folder(),
            env_file=ENV_FILE,
            time_zone=self.settings.time_zone,
        )

    def transform(self, context: AssetExecutionContext) -> Transform:
        """dbt for this run."""
        return Transform(
            self.data_folder(),
            self.instant(context),
            self.settings.language,
            company_policies(self.folder()),
        )
