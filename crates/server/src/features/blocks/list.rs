//! `GET /blocks`.

use linnet_contract::people::{Block, Blocks};

use crate::{app::Ctx, clock::timestamp, error::RequestError, features::accounts};

/// Blocks of one page when the client does not say.
const PAGE: usize = 100;
/// Blocks of one page at most.
const PAGE_MAX: usize = 200;

/// One page of the people whom the user blocked, the latest first.
///
/// # Errors
/// `malformed` for a limit or a cursor that is none.
pub async fn list(ctx: &Ctx, cursor: Option<&str>, limit: Option<usize>) -> Result<Blocks, RequestError> {
    let limit = limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(RequestError::malformed(format!(
            "limit must be between 1 and {PAGE_MAX}."
        )));
    }
    let cursor = cursor.map(str::parse).transpose();
    let cursor = cursor.map_err(|_| RequestError::malformed("The cursor is not one that this server gave."))?;
    let page = ctx.store.blocks_list(ctx.session.user, cursor, limit).await?;
    let block = |block: linnet_store::Block| Block {
        user: accounts::public(block.user),
        since: timestamp(block.since),
    };
    Ok(Blocks {
        blocks: page.blocks.into_iter().map(block).collect(),
        next_cursor: page.next.map(|next| next.to_string()),
    })
}
