//! The OpenAPI document: it says what the routes do, and nothing else.

use std::process::Command;

use pingyi::terminal::trigger;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::{ALL, Rig, acts};

fn paths(document: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        found.extend(
            methods.as_object().unwrap().keys().map(|method| (path.clone(), method.clone())),
        );
    }
    found
}

#[tokio::test]
async fn the_program_prints_the_document_that_is_served() {
    let rig = Rig::new();
    let served = rig.get("/v1/openapi.json", ALL).await.json();
    let output =
        Command::new(env!("CARGO_BIN_EXE_pingyi")).args(["terminal", "openapi"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(printed, served);
    assert_eq!(printed["openapi"], "3.1.0");
}

#[tokio::test]
async fn the_document_and_the_routes_are_one() {
    let rig = Rig::new();
    let document = trigger::document();
    let described = paths(&document);
    assert_eq!(described.len(), 10);
    for (path, method) in &described {
        let (good, other) = match method.as_str() {
            "get" => (Method::GET, Method::POST),
            _ => (Method::POST, Method::GET),
        };
        // Of a body that is wrong everywhere the route itself tells: nothing is done.
        let asked = rig.request(good, path, ALL).header("content-type", "application/json");
        let there = asked.body("[]").send().await.unwrap().status();
        let is_there = there == StatusCode::OK || there == StatusCode::UNPROCESSABLE_ENTITY;
        assert!(is_there, "{method} {path}: {there}");
        let not = rig.send(rig.request(other, path, ALL)).await;
        assert_eq!((not.status.as_u16(), not.code().as_str()), (405, "method"), "{path}");
    }
    let nowhere = rig.get("/v1/ratings", ALL).await;
    assert_eq!((nowhere.status.as_u16(), nowhere.code().as_str()), (404, "not_found"));
    for (path, _, _) in acts() {
        assert!(described.contains(&(path.to_owned(), "post".to_owned())), "{path}");
    }
    rig.nothing_was_asked();
}

/// Whether a body is what a schema describes, as far as these schemas go.
fn fits(body: &Value, schema: &Value) -> bool {
    let members = body.as_object().unwrap();
    let described = schema["properties"].as_object().unwrap();
    let required = schema["required"].as_array().unwrap();
    required.iter().all(|name| members.contains_key(name.as_str().unwrap()))
        && members.keys().all(|name| described.contains_key(name))
}

#[test]
fn every_body_that_is_taken_is_described() {
    let document = trigger::document();
    for (path, body, _) in acts() {
        let schema = &document["paths"][path]["post"]["requestBody"]["content"];
        let schema = &schema["application/json"]["schema"];
        let body = serde_json::from_str(if body.is_empty() { "{}" } else { body }).unwrap();
        assert!(fits(&body, schema), "{path}: {body} {schema}");
        assert_eq!(schema["additionalProperties"], false, "{path}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_nothing_is_said_of_levels() {
    let document = trigger::document();
    let text = document.to_string();
    for part in text.split("\"$ref\":\"#").skip(1) {
        let pointer = part.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    for word in ["satisfied", "dissatisfied", "满意", "level"] {
        assert!(!text.contains(word), "{word}");
    }
}
