//! Which page is asked next. Whoever runs a page may keep whoever asks it waiting, and write more links to it than that: so nobody
//! has all the places, and who has none comes before who has one. A page that is being asked is not asked once more: who wrote
//! its address as well waits for what it says. Pure: it neither asks nor waits.

use std::collections::VecDeque;

use linnet_contract::{Message, UserId};
use url::Url;

/// Messages that wait at most, and those of one person; what comes when there is no room gets no preview.
const WAITING: usize = 256;
const WAITING_OF_ONE: usize = 16;
/// Pages that are asked at once, and those whose address one person wrote.
const AT_ONCE: usize = 8;
const AT_ONCE_OF_ONE: usize = 2;

/// A message whose link is to be asked.
pub(super) struct Waiting {
    pub(super) message: Message,
    /// As it was written.
    pub(super) link: Url,
    /// What is asked: the link without the part that a browser keeps for itself.
    pub(super) page: Url,
}

impl Waiting {
    pub(super) fn new(message: Message, link: Url) -> Self {
        let mut page = link.clone();
        page.set_fragment(None);
        Self { message, link, page }
    }
}

/// What waits, and for whom which pages are being asked.
#[derive(Default)]
pub(super) struct Queue {
    waiting: VecDeque<Waiting>,
    asked: Vec<(UserId, Url)>,
}

impl Queue {
    /// Whether there was room for it.
    pub(super) fn add(&mut self, new: Waiting) -> bool {
        let own = |waiting: &&Waiting| waiting.message.from_user_id == new.message.from_user_id;
        let room = self.waiting.len() < WAITING && self.waiting.iter().filter(own).count() < WAITING_OF_ONE;
        if room {
            self.waiting.push_back(new);
        }
        room
    }

    /// What is asked now, if there is a place for it, until it is [`Self::done`].
    pub(super) fn next(&mut self) -> Option<Waiting> {
        if self.asked.len() >= AT_ONCE {
            return None;
        }
        let places = |waiting: &Waiting| {
            let own = |(user, _): &&(UserId, Url)| *user == waiting.message.from_user_id;
            self.asked.iter().filter(own).count()
        };
        let is_asked = |waiting: &Waiting| self.asked.iter().any(|(_, page)| *page == waiting.page);
        let (_, at) = (self.waiting.iter().enumerate())
            .filter(|(_, waiting)| !is_asked(waiting))
            .map(|(at, waiting)| (places(waiting), at))
            .filter(|(places, _)| *places < AT_ONCE_OF_ONE)
            .min()?;
        let next = self.waiting.remove(at)?;
        self.asked.push((next.message.from_user_id, next.page.clone()));
        Some(next)
    }

    /// This page said what it says, or nothing: its place is free.
    pub(super) fn done(&mut self, page: &Url) {
        self.asked.retain(|(_, asked)| asked != page);
    }

    /// Nothing waits, and nothing is being asked.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.asked.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    const MALLORY: u128 = 1;
    const ALICE: u128 = 2;
    const BOB: u128 = 3;

    fn waiting(user: u128, page: &str) -> Waiting {
        let id = Uuid::nil();
        let message = json!({
            "id": id, "conversationId": id, "roomId": id, "sequence": 1, "version": 1, "name": "", "msg": "", "timestamp": "",
            "kind": "text", "fromUserId": Uuid::from_u128(user), "mentions": [], "files": [], "reactions": [],
        });
        let link = format!("http://example.org/{page}#part");
        Waiting::new(serde_json::from_value(message).unwrap(), link.parse().unwrap())
    }

    fn queue(all: &[(u128, &str)]) -> Queue {
        let mut queue = Queue::default();
        for (user, page) in all {
            assert!(queue.add(waiting(*user, page)));
        }
        queue
    }

    /// Which page is asked next.
    fn next(queue: &mut Queue) -> Option<String> {
        queue
            .next()
            .map(|next| next.page[url::Position::BeforePath..].to_owned())
    }

    fn done(queue: &mut Queue, page: &str) {
        queue.done(&waiting(0, page).page);
    }

    #[test]
    fn nobody_has_all_the_places_and_who_has_none_comes_first() {
        let mut queue = queue(&[
            (MALLORY, "1"),
            (MALLORY, "2"),
            (MALLORY, "3"),
            (ALICE, "a"),
            (ALICE, "b"),
        ]);
        for page in ["/1", "/a", "/2", "/b"] {
            assert_eq!(next(&mut queue).as_deref(), Some(page));
        }
        assert_eq!(next(&mut queue), None, "two of Mallory's are being asked");
        done(&mut queue, "a");
        assert_eq!(next(&mut queue), None, "the place that is free is not for her");
        assert!(queue.add(waiting(BOB, "x")));
        assert_eq!(next(&mut queue).as_deref(), Some("/x"));
        done(&mut queue, "2");
        assert_eq!(next(&mut queue).as_deref(), Some("/3"));
        for page in ["1", "3", "b", "x"] {
            assert!(!queue.is_idle());
            done(&mut queue, page);
        }
        assert!(queue.is_idle());
    }

    #[test]
    fn a_page_that_is_being_asked_is_not_asked_once_more() {
        let mut queue = queue(&[(ALICE, "same"), (BOB, "same"), (BOB, "other")]);
        assert_eq!(next(&mut queue).as_deref(), Some("/same"));
        assert_eq!(next(&mut queue).as_deref(), Some("/other"));
        assert_eq!(next(&mut queue), None);
        done(&mut queue, "same");
        let next = queue.next().unwrap();
        assert_eq!(
            (next.message.from_user_id.0.as_u128(), next.link.fragment()),
            (BOB, Some("part"))
        );
    }

    #[test]
    fn only_so_many_are_asked_and_only_so_many_wait() {
        let mut queue = Queue::default();
        let fits = |queue: &mut Queue, user, count: usize| {
            let pages = (0..count).map(|page| waiting(user, &format!("{user}-{page}")));
            pages.map(|page| usize::from(queue.add(page))).sum::<usize>()
        };
        assert_eq!(fits(&mut queue, MALLORY, 100), WAITING_OF_ONE);
        assert_eq!(fits(&mut queue, ALICE, 1), 1, "there is room for others");
        let rest: usize = (10..100).map(|user| fits(&mut queue, user, 100)).sum();
        assert_eq!(rest, WAITING - WAITING_OF_ONE - 1);
        let asked: Vec<_> = std::iter::from_fn(|| queue.next()).collect();
        assert_eq!(asked.len(), AT_ONCE);
    }
}
