//! What the server under test costs, from /proc: nanoseconds on a CPU of all its threads, and memory.

use std::{collections::HashMap, fs, net::SocketAddr};

use anyhow::Context as _;

/// A running process.
pub(crate) struct Process {
    pid: u32,
    /// The last count of every thread ever seen, so that one that ends takes nothing away.
    threads: HashMap<String, u64>,
}

/// Memory in bytes.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub(crate) struct Memory {
    /// Resident now.
    pub(crate) resident: u64,
    /// The most that was ever resident.
    pub(crate) peak: u64,
}

/// Whether the server's end of a connection is still open: a client that does not read cannot tell by itself, since the end
/// comes after everything that was sent before.
pub(crate) fn is_held(server: SocketAddr, client: SocketAddr) -> anyhow::Result<bool> {
    /// The column `st` of a connection that nobody has closed.
    const ESTABLISHED: &str = "01";
    let (local, remote) = (format!(":{:04X}", server.port()), format!(":{:04X}", client.port()));
    let table = fs::read_to_string("/proc/net/tcp")?;
    Ok(table.lines().any(|line| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        let ends = |field: Option<&str>, port: &str| field.is_some_and(|field| field.ends_with(port));
        ends(fields.next(), &local) && ends(fields.next(), &remote) && fields.next() == Some(ESTABLISHED)
    }))
}

impl Process {
    pub(crate) fn new(pid: u32) -> Self {
        Self {
            pid,
            threads: HashMap::new(),
        }
    }

    /// Nanoseconds that all threads have been on a CPU, in the kernel on behalf of the process as well.
    pub(crate) fn cpu_nanos(&mut self) -> anyhow::Result<u64> {
        let folder = format!("/proc/{}/task", self.pid);
        for task in fs::read_dir(&folder).context("the server is gone")? {
            let task = task?;
            // A thread may end between the listing and the reading.
            let Ok(text) = fs::read_to_string(task.path().join("schedstat")) else {
                continue;
            };
            let nanos = text.split(' ').next().and_then(|field| field.parse().ok());
            let nanos = nanos.context("schedstat is not as expected")?;
            self.threads
                .insert(task.file_name().to_string_lossy().into_owned(), nanos);
        }
        Ok(self.threads.values().sum())
    }

    pub(crate) fn memory(&self) -> anyhow::Result<Memory> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.pid)).context("the server is gone")?;
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
            kilobytes
                .map(|kilobytes| kilobytes * 1024)
                .context("status is not as expected")
        };
        Ok(Memory {
            resident: field("VmRSS:")?,
            peak: field("VmHWM:")?,
        })
    }
}
