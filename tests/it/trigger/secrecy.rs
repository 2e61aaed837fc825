//! What other programs hear, and that it is the same whatever a citizen did.

use std::time::{Duration, Instant};

use pingyi::domain::Level;
use pingyi::terminal::public::{Phase, Public};
use reqwest::{Method, StatusCode};

use super::{ALL, Reply, Rig, STATE};

/// The stream of a listener.
struct Stream {
    response: reqwest::Response,
    held: String,
}

impl Stream {
    async fn of(rig: &Rig) -> Stream {
        let response = rig.request(Method::GET, "/v1/events", STATE).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Stream { response, held: String::new() }
    }

    /// The next event as it stands on the wire.
    async fn next(&mut self) -> String {
        loop {
            if let Some((event, rest)) = self.held.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.held = rest;
                return event;
            }
            let chunk = self.response.chunk().await.unwrap().expect("the stream has ended");
            self.held.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

fn event(state: &str) -> String {
    format!("event: {state}\ndata: {{\"state\":\"{state}\",\"on_duty\":\"0317\"}}")
}

#[tokio::test]
async fn the_state_is_told_as_it_is() {
    let rig = Rig::new();
    let off = rig.get("/v1/state", STATE).await;
    assert_eq!(off.body, r#"{"state":"off_duty","on_duty":null}"#);
    for phase in Phase::ALL {
        rig.show(phase);
        let told = rig.get("/v1/state", STATE).await.json();
        assert_eq!((told["state"].as_str(), told["on_duty"].as_str()), {
            (Some(phase.as_str()), Some("0317"))
        });
    }
    rig.nothing_was_asked();
}

#[tokio::test]
async fn a_stream_tells_every_change_in_order_and_first_how_it_stands() {
    let rig = Rig::new();
    rig.show(Phase::Idle);
    let mut stream = Stream::of(&rig).await;
    assert_eq!(stream.next().await, event("idle"));
    for phase in [Phase::Serving, Phase::Asking, Phase::Done, Phase::Idle, Phase::Away] {
        rig.show(phase);
        assert_eq!(stream.next().await, event(phase.as_str()));
    }
    rig.show(Phase::Away); // nothing has changed, so nothing is told
    rig.public.send_replace(Public { state: Phase::Idle, on_duty: Some("0405".into()) });
    assert!(stream.next().await.ends_with(r#"{"state":"idle","on_duty":"0405"}"#), "a hand over");
    let mut late = Stream::of(&rig).await;
    assert!(late.next().await.starts_with("event: idle\n"));
}

/// What a system that looks at everything has seen of one service.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    replies: Vec<(StatusCode, Vec<(String, String)>, String)>,
    events: Vec<String>,
}

fn bare(reply: Reply) -> (StatusCode, Vec<(String, String)>, String) {
    let headers = reply.headers.iter().filter(|(name, _)| name.as_str() != "date");
    let headers = headers.map(|(name, value)| (name.to_string(), format!("{value:?}"))).collect();
    (reply.status, headers, reply.body)
}

/// One service of a citizen who answers, or does not: what can be seen, and the shortest answer.
async fn served(answer: Option<Level>) -> (Seen, Duration) {
    let rig = Rig::new();
    rig.show(Phase::Idle);
    let mut stream = Stream::of(&rig).await;
    let mut seen = Seen { replies: Vec::new(), events: vec![stream.next().await] };
    let mut shortest = Duration::MAX;
    let steps = [
        ("/v1/service/begin", r#"{"ticket":"A028","item":"cert-copy"}"#, Phase::Serving),
        ("/v1/service/finish", "", Phase::Asking),
    ];
    for (path, body, phase) in steps {
        let asked_at = Instant::now();
        let (reply, act) = rig.call(path, body, Ok(())).await;
        shortest = shortest.min(asked_at.elapsed());
        assert!(!format!("{act:?}").contains("A028"));
        rig.show(phase);
        seen.replies.push(bare(reply));
        seen.events.push(stream.next().await);
    }
    // Here the citizen answers: nothing that the interface could show is touched by it.
    let asked = answer.map(|level| format!("{level:?}"));
    seen.replies.push(bare(rig.get("/v1/state", STATE).await));
    rig.show(Phase::Done);
    seen.events.push(stream.next().await);
    let asked_at = Instant::now();
    let again = r#"{"ticket":"A028"}"#;
    let (reply, _) = rig.call("/v1/service/begin", again, Ok(())).await;
    shortest = shortest.min(asked_at.elapsed());
    seen.replies.push(bare(reply));
    rig.show(Phase::Idle);
    seen.events.push(stream.next().await);
    let all = format!("{seen:?}");
    assert!(asked.is_none_or(|level| !all.to_lowercase().contains(&level.to_lowercase())), "{all}");
    (seen, shortest)
}

#[tokio::test]
async fn the_three_levels_and_silence_look_alike_from_beside() {
    let (silence, shortest) = served(None).await;
    let states: Vec<_> = silence.events.iter().map(|event| event.lines().next().unwrap()).collect();
    let expected = ["idle", "serving", "asking", "done", "idle"];
    assert_eq!(states, expected.map(|state| format!("event: {state}")));
    let mut all = vec![shortest];
    for level in [Level::Satisfied, Level::Basic, Level::Dissatisfied] {
        let (seen, shortest) = served(Some(level)).await;
        assert_eq!(seen, silence, "{level:?}");
        all.push(shortest);
    }
    // What the screen draws after a tap takes less than this, so it cannot be seen in an answer.
    assert!(all.iter().all(|shortest| *shortest >= Duration::from_millis(150)), "{all:?}");
}

#[tokio::test]
async fn a_refused_call_takes_as_long_as_one_that_is_done() {
    use pingyi::terminal::trigger::Refusal;
    let rig = Rig::new();
    for outcome in [Ok(()), Err(Refusal::NoService), Err(Refusal::NobodyOnDuty)] {
        let asked_at = Instant::now();
        rig.call("/v1/service/finish", "", outcome).await;
        assert!(asked_at.elapsed() >= Duration::from_millis(150), "{outcome:?}");
    }
}

#[tokio::test]
async fn the_state_does_not_wait_for_the_screen() {
    let rig = Rig::new();
    rig.show(Phase::Serving);
    let pending = rig.post("/v1/service/finish", ALL, "");
    let look = async {
        let call = rig.calls.lock().await.recv().await.unwrap();
        let told = rig.get("/v1/state", STATE).await;
        call.reply.send(Ok(())).unwrap();
        told
    };
    let (_, told) = tokio::join!(pending, look);
    assert_eq!(told.json()["state"], "serving", "while the screen owes an answer");
}
