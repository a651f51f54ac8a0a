//! Access tokens of document systems: how long they are good, and for whom.

use trien_core::document::Text;
use trien_server::flow::FlowError;
use trien_server::flow::access::{self, LIFE_SECONDS};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::key::{self, NewKey, Scope};

use crate::office::Office;
use crate::on_both;

on_both!(a_token_is_good_for_a_quarter_of_an_hour_and_for_the_unit_of_its_key,);

async fn a_token_is_good_for_a_quarter_of_an_hour_and_for_the_unit_of_its_key(office: Office) {
    let (name, parent) = (Text::new("Sở Nội vụ").unwrap(), Some(office.unit.id));
    let (act, keys) = (&Act::COMMAND_LINE, KeyPolicy::SoftwareAllowed);
    let other = admin::create_unit(&office.app, act, &name, parent, keys).await.unwrap();
    let scopes = [Scope::Submit, Scope::Read];
    let NewKey { key, token } = key::create(&office.app, other.id, &scopes, "qlvb").await.unwrap();
    let only = Some("read");
    let granted = access::grant(&office.app, &key.to_string(), &token, only).await.unwrap();
    office.clock.forward(LIFE_SECONDS - 1);
    let caller = access::authenticate(&office.app, &granted.token).await.unwrap();
    assert_eq!((caller.key, caller.unit, caller.scopes), (key, other.id, vec![Scope::Read]));
    office.clock.forward(1);
    let late = access::authenticate(&office.app, &granted.token).await;
    assert!(matches!(late, Err(FlowError::Unauthenticated)), "{late:?}");
}
