//! The OpenAPI document, made from what each file of this edge says of its handlers. `kiosque openapi` prints it;
//! `docs/api/openapi.json` is a copy that a test compares, and the web client's types are made from that.

use super::{
    abuses, accounts, administration, auth, blacklist, blocklist, collaborators, comment_lists, comments,
    config, config_custom, contact, disk, group_log, groups, history, home, homepage, instance_pictures,
    invitations, jobs, join_requests, mail, me, members, moderation_log, nothing_yet, notifications, offers,
    passwords, pictures, playlist_elements, playlist_lists, playlists, profiles, progress, push, ratings,
    registrations, search, server, sessions, setup, stats, subscriptions, suggestions, two_factor, uploads,
    video_edit, video_files, video_parts, videos, views, warnings,
};
use crate::error::{Error, Result};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Components,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kiosque",
        description = "As PeerTube answers, so that its clients work; what only Kiosque has follows the same conventions. \
            Errors are problem+json."
    ),
    paths(super::server::metrics),
    nest(
        (path = "/api/v1", api = super::Doc),
        (path = "/api/v1", api = abuses::Doc),
        (path = "/api/v1", api = accounts::Doc),
        (path = "/api/v1", api = blacklist::Doc),
        (path = "/api/v1", api = blocklist::Doc),
        (path = "/api/v1", api = warnings::Doc),
        (path = "/api/v1", api = moderation_log::Doc),
        (path = "/api/v1", api = administration::Doc),
        (path = "/api/v1", api = auth::Doc),
        (path = "/api/v1", api = comments::Doc),
        (path = "/api/v1", api = comment_lists::Doc),
        (path = "/api/v1", api = config::Doc),
        (path = "/api/v1", api = config_custom::Doc),
        (path = "/api/v1", api = contact::Doc),
        (path = "/api/v1", api = disk::Doc),
        (path = "/api/v1", api = home::Doc),
        (path = "/api/v1", api = homepage::Doc),
        (path = "/api/v1", api = instance_pictures::Doc),
        (path = "/api/v1", api = groups::Doc),
        (path = "/api/v1", api = members::Doc),
        (path = "/api/v1", api = join_requests::Doc),
        (path = "/api/v1", api = group_log::Doc),
        (path = "/api/v1", api = invitations::Doc),
        (path = "/api/v1", api = collaborators::Doc),
        (path = "/api/v1", api = history::Doc),
        (path = "/api/v1", api = notifications::Doc),
        (path = "/api/v1", api = offers::Doc),
        (path = "/api/v1", api = push::Doc),
        (path = "/api/v1", api = me::Doc),
        (path = "/api/v1", api = mail::Doc),
        (path = "/api/v1", api = passwords::Doc),
        (path = "/api/v1", api = pictures::Doc),
        (path = "/api/v1", api = registrations::Doc),
        (path = "/api/v1", api = server::Doc),
        (path = "/api/v1", api = stats::Doc),
        (path = "/api/v1", api = jobs::Doc),
        (path = "/api/v1", api = profiles::Doc),
        (path = "/api/v1", api = progress::Doc),
        (path = "/api/v1", api = uploads::Doc),
        (path = "/api/v1", api = sessions::Doc),
        (path = "/api/v1", api = setup::Doc),
        (path = "/api/v1", api = subscriptions::Doc),
        (path = "/api/v1", api = two_factor::Doc),
        (path = "/api/v1", api = videos::Doc),
        (path = "/api/v1", api = video_edit::Doc),
        (path = "/api/v1", api = video_files::Doc),
        (path = "/api/v1", api = video_parts::Doc),
        (path = "/api/v1", api = ratings::Doc),
        (path = "/api/v1", api = playlists::Doc),
        (path = "/api/v1", api = playlist_elements::Doc),
        (path = "/api/v1", api = playlist_lists::Doc),
        (path = "/api/v1", api = views::Doc),
        (path = "/api/v1", api = search::Doc),
        (path = "/api/v1", api = suggestions::Doc),
        (path = "/api/v1", api = nothing_yet::Doc),
    ),
    components(schemas(super::problem::ProblemJson)),
    modifiers(&Token)
)]
struct Document;

/// Access tokens are sent as `Authorization: Bearer …`.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        document
            .components
            .get_or_insert_with(Components::new)
            .add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The document as JSON, with a line break at its end.
pub fn document() -> Result<String> {
    let mut text = Document::openapi().to_pretty_json().map_err(Error::internal)?;
    text.push('\n');
    Ok(text)
}
