"""The Bolt app: acknowledging needs no network and no token, so a slow or failing Slack loses nothing."""

from __future__ import annotations

import logging
from concurrent.futures import Executor
from dataclasses import dataclass
from secrets import token_hex
from urllib.parse import urljoin

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk.oauth import InstallationStore, OAuthStateStore

from bot import messages
from bot.settings import Settings
from bot.slack.clients import Clients, client
from bot.slack.courier import SlackCourier
from bot.slack.listeners import Intake, register
from bot.slack.opening import Opener, Views
from bot.slack.payloads import Payload, reference

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read",
)
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

_log = logging.getLogger(__name__)
bolt_log = logging.getLogger("bot.slack.bolt")
# Below this level the library logs whole payloads, and warns of what is meant here.
bolt_log.setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installing:
    """Where installations in workspaces are kept, and the states of those that are being made."""

    installations: InstallationStore
    states: OAuthStateStore


def build_app(
    settings: Settings,
    *,
    clients: Clients,
    intake: Intake,
    views: Views,
    prompts: Executor,
    installing: Installing | None = None,
) -> App:
    """The app with everything listened to; with ``installing``, workspaces install it themselves.

    Listeners run in the thread that dispatches, and only read and write down; ``prompts`` opens modals.
    """
    app = App(
        logger=bolt_log,
        name="onrecord",
        process_before_response=True,
        # Without a secret nobody can sign, rather than everybody.
        signing_secret=settings.slack.signing_secret or token_hex(),
        client=client(settings.slack, None, handlers=[]),
        authorize=_Unasked(),
        oauth_settings=_oauth(settings, installing) if installing else None,
        installation_store=installing.installations if installing else None,
        attaching_conversation_kwargs_enabled=False,
    )
    app.error(failed)
    if installing:
        _forgetting(app, installing.installations)
    tell = SlackCourier(clients=clients).whisper
    register(app, intake=intake, opener=Opener(clients=clients, views=views, executor=prompts, tell=tell))
    return app


def _forgetting(app: App, installations: InstallationStore) -> None:
    """Keep no token of a workspace that took them back; Bolt's own listener leaves a copy where it was installed."""

    @app.event("tokens_revoked")
    def revoked(event: Payload, context: BoltContext) -> None:
        if (event.get("tokens") or {}).get("bot"):
            installations.delete_all(enterprise_id=context.enterprise_id, team_id=context.team_id)

    @app.event("app_uninstalled")
    def removed(context: BoltContext) -> None:
        installations.delete_all(enterprise_id=context.enterprise_id, team_id=context.team_id)


class _Unasked(Authorize):
    """Lets everything through that Slack has signed: whoever sends looks for the token, not whoever acknowledges.

    Bolt's own ways ask Slack first, and acknowledge what they could not authorize without anybody seeing it.
    """

    def __init__(self) -> None:
        """Nothing is needed."""

    def __call__(self, **given: object) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None)


def failed(error: Exception, request: BoltRequest) -> BoltResponse:
    """Not acknowledged, so that Slack delivers it again; a command is not, so its sender is told."""
    name = reference(request.body)
    kind = request.body.get("command") or (request.body.get("event") or {}).get("type") or request.body.get("type")
    # What the error says may hold what was asked, so only where it arose is written down.
    _log.error("%s %s was not written down: %s at %s", kind, name, type(error).__name__, _where(error))
    if "command" in request.body:
        return BoltResponse(status=200, body=messages.failure(name))
    return BoltResponse(status=500, body="")


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"


def _oauth(settings: Settings, installing: Installing) -> OAuthSettings:
    return OAuthSettings(
        client_id=settings.slack.client_id,
        client_secret=settings.slack.client_secret,
        scopes=SCOPES,
        user_scopes=[],
        redirect_uri=f"{settings.public_url}{REDIRECT_PATH}" if settings.public_url else None,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=urljoin(settings.slack.api_url, "/oauth/v2/authorize"),
        installation_store=installing.installations,
        state_store=installing.states,
        logger=bolt_log,
    )
