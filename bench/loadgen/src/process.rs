//! What the server under test costs, from /proc: nanoseconds on a CPU of all its threads, and memory.

use std::{collections::HashMap, fs};

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

    /// Open files, sockets among them.
    pub(crate) fn open_files(&self) -> anyhow::Result<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.pid))
            .context("the server is gone")?
            .count())
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
