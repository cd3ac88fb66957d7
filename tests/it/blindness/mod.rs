//! Blindness that holds: nobody learns through any page, list, count, export, answer of the API, mail, size or status what
//! the list of rights keeps from them, and conflicts of interest shut the door at once.

mod canary;
mod conflict;
mod crawl;
mod grid;
mod through_http;
mod twin;
mod work;
mod world;
