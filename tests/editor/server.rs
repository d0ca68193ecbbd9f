//! rust-analyzer as an editor talks to it: requests and notifications with JSON in them, on two pipes.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// How long a single message may let one wait: expanding all declarations takes a while.
const PATIENCE: Duration = Duration::from_mins(10);

/// A place in a file, counted from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// A server that has read the workspace.
pub struct Server {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    root: PathBuf,
    requests: u64,
    /// The version of each file that the server was told the text of.
    open: HashMap<String, u64>,
}

impl Server {
    /// Starts a server for the workspace in `root`; `None` if there is none to start.
    pub fn start(root: &Path) -> Option<Server> {
        let version = Command::new("rust-analyzer").arg("--version").output();
        if !version.is_ok_and(|output| output.status.success()) {
            return None;
        }
        let mut command = Command::new("rust-analyzer");
        command
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("it has just told its version");
        let input = child.stdin.take().expect("a pipe");
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut server = Server {
            child,
            input,
            messages,
            root: root.to_owned(),
            requests: 0,
            open: HashMap::new(),
        };
        server.initialize();
        Some(server)
    }

    fn initialize(&mut self) {
        // Builds every macro that the declarations and their expansions use.
        let build = "cargo check --quiet --message-format=json --package jit-core";
        let build: Vec<&str> = build.split(' ').collect();
        let mut options = self.settings();
        let tested = json!({
            "cachePriming": {"enable": false},
            "checkOnSave": false,
            "cargo": {"buildScripts": {"enable": true, "overrideCommand": build}},
            "procMacro": {"enable": true},
            "files": {"watcher": "client"},
        });
        for (name, setting) in tested.as_object().into_iter().flatten() {
            options[name] = setting.clone();
        }
        let capabilities = json!({
            "experimental": {"serverStatusNotification": true},
            "textDocument": {"diagnostic": {}},
        });
        let parameters = json!({
            "processId": null,
            "rootUri": format!("file://{}", self.root.display()),
            "capabilities": capabilities,
            "initializationOptions": options,
        });
        self.call("initialize", &parameters);
        self.notify("initialized", &json!({}));
        loop {
            let message = self.next();
            if message["method"] == "experimental/serverStatus" {
                assert_eq!(message["params"]["health"], "ok", "{message}");
                if message["params"]["quiescent"] == true {
                    return;
                }
            }
        }
    }

    /// The settings of the repository, as Visual Studio Code passes them on: `rust-analyzer.vfs.extraIncludes` is the member
    /// `extraIncludes` of `vfs`, and `${workspaceFolder}` is where the workspace is.
    fn settings(&self) -> Value {
        let file = self.root.join(".vscode/settings.json");
        let text =
            fs::read_to_string(&file).unwrap_or_else(|error| panic!("{error}: {}", file.display()));
        let text = text.replace("${workspaceFolder}", &self.root.display().to_string());
        let written: Value = serde_json::from_str(&text).expect("settings are JSON");
        let mut settings = json!({});
        for (name, value) in written.as_object().into_iter().flatten() {
            let mut place = &mut settings;
            for part in name.split('.').skip(1) {
                place = &mut place[part];
            }
            *place = value.clone();
        }
        settings
    }

    /// Tells what is in a file, whatever is on the disk.
    pub fn show(&mut self, file: &str, text: &str) {
        let uri = self.uri(file);
        let version = self.open.entry(file.to_owned()).or_default();
        *version += 1;
        match *version {
            1 => {
                let document =
                    json!({"uri": uri, "languageId": "rust", "version": 1, "text": text});
                self.notify("textDocument/didOpen", &json!({"textDocument": document}));
            }
            version => {
                let document = json!({"uri": uri, "version": version});
                let changes = json!({"textDocument": document, "contentChanges": [{"text": text}]});
                self.notify("textDocument/didChange", &changes);
            }
        }
    }

    /// Where the word at a place is declared: files of the workspace, and places in them.
    pub fn definitions(&mut self, file: &str, at: Position) -> Vec<(String, Position)> {
        let found = self.call("textDocument/definition", &self.place(file, at));
        let root = format!("file://{}/", self.root.display());
        let found = found.as_array().into_iter().flatten().filter_map(|found| {
            let file = found["uri"].as_str()?.strip_prefix(&root)?.to_owned();
            Some((file, position(&found["range"]["start"])?))
        });
        found.collect()
    }

    /// What can be written at a place.
    pub fn completions(&mut self, file: &str, at: Position) -> Vec<String> {
        let found = self.call("textDocument/completion", &self.place(file, at));
        let items = found["items"].as_array().or(found.as_array());
        let labels = items
            .into_iter()
            .flatten()
            .filter_map(|item| item["label"].as_str());
        labels.map(ToOwned::to_owned).collect()
    }

    /// What is told of the word at a place.
    pub fn hover(&mut self, file: &str, at: Position) -> String {
        let found = self.call("textDocument/hover", &self.place(file, at));
        found["contents"].to_string()
    }

    /// What is wrong with a file, each with its place.
    pub fn diagnostics(&mut self, file: &str) -> Vec<(Position, String)> {
        let document = json!({"textDocument": {"uri": self.uri(file)}});
        let found = self.call("textDocument/diagnostic", &document);
        let found = found["items"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|found| {
                let message = found["message"].as_str()?.to_owned();
                Some((position(&found["range"]["start"])?, message))
            });
        found.collect()
    }

    fn place(&self, file: &str, at: Position) -> Value {
        let position = json!({"line": at.line, "character": at.column});
        json!({"textDocument": {"uri": self.uri(file)}, "position": position})
    }

    fn uri(&self, file: &str) -> String {
        format!("file://{}", self.root.join(file).display())
    }

    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        loop {
            self.requests += 1;
            let id = self.requests;
            self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}));
            let answer = loop {
                let message = self.next();
                if message["id"] == id && message["method"].is_null() {
                    break message;
                }
            };
            // It has learned something new meanwhile, and wants to be asked again.
            if answer["error"]["data"]["retriggerRequest"] == true {
                continue;
            }
            assert!(answer["error"].is_null(), "{method}: {answer}");
            return answer["result"].clone();
        }
    }

    fn notify(&mut self, method: &str, parameters: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": parameters}));
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("it listens");
        self.input.flush().expect("it listens");
    }

    /// The next message; what the server asks for is answered with nothing.
    fn next(&mut self) -> Value {
        let message = self
            .messages
            .recv_timeout(PATIENCE)
            .expect("rust-analyzer says something");
        if !message["method"].is_null() && !message["id"].is_null() {
            self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": null}));
        }
        message
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has nothing to save.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One message; `None` at the end.
fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(": ") {
            Some(("Content-Length", number)) => length = number.parse().ok(),
            Some(_) => {}
            None => break,
        }
    }
    let mut text = vec![0; length?];
    output.read_exact(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

fn position(found: &Value) -> Option<Position> {
    Some(Position {
        line: found["line"].as_u64()? as usize,
        column: found["character"].as_u64()? as usize,
    })
}
