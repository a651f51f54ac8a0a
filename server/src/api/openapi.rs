//! The frame of the API's description; the routes add themselves.

use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};

use super::schema;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Trien",
        description = "Documents approved and signed on the phone. Refusals are problem documents \
                       (RFC 9457) in Vietnamese, or English by Accept-Language. Times are \
                       milliseconds since 1970 UTC, where they are signed whole seconds; binary \
                       values are base64.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "document systems", description = "With an API key of their unit"),
        (name = "devices", description = "Phones, signed by the device's auth key"),
        (name = "public", description = "For anybody"),
        (name = "operation", description = "For whoever runs the server"),
    ),
    components(
        schemas(schema::Submission),
        responses(schema::ProblemResponse),
    ),
    modifiers(&Credentials),
)]
struct Frame;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, description: &mut OpenApi) {
        let components = description.components.get_or_insert_default();
        let api_key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("trien_…")
            .description(Some("made by `trien api-key create`"))
            .build();
        components.add_security_scheme("api_key", SecurityScheme::Http(api_key));
        let signature = ApiKeyValue::with_description(
            "Signature-Input",
            "RFC 9421, tag \"trien-device\": @method @authority @path @query, with a body also \
             content-digest and content-type; created, nonce, keyid (the device), \
             alg=ecdsa-p256-sha256",
        );
        components.add_security_scheme(
            "device_signature",
            SecurityScheme::ApiKey(ApiKey::Header(signature)),
        );
    }
}

/// Title, tags and credentials.
pub(super) fn frame() -> OpenApi {
    Frame::openapi()
}
