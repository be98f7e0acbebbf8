use anyhow::{Context, Result, bail};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Posting,
    Run,
    Lists,
    Ageing,
    Import,
    Process,
}

/// What is measured and how much of it; every number has an option of its name.
#[derive(Clone, Debug)]
pub struct Settings {
    pub parts: Vec<Part>,
    sqlite: bool,
    postgres: bool,
    /// Rounds that alternate between the contestants; the median of their ratios counts.
    pub rounds: usize,
    /// Deliveries of a round over SQLite and over HTTP.
    pub deliveries: usize,
    /// Seconds of a round on PostgreSQL.
    pub seconds: usize,
    /// Of a statement run.
    pub customers: usize,
    /// Of a statement run.
    pub entries: usize,
    /// Rows of each list.
    pub rows: usize,
    /// Open items of one customer.
    pub items: usize,
    /// Requests of each list, sort and filter.
    pub requests: usize,
    /// Lines of the imported file, at most.
    pub lines: usize,
}

fn full() -> Settings {
    Settings {
        parts: Vec::new(),
        sqlite: true,
        postgres: true,
        rounds: 5,
        deliveries: 4_000,
        seconds: 5,
        customers: 10_000,
        entries: 1_000_000,
        rows: 1_000_000,
        items: 10_000,
        requests: 1_000,
        lines: usize::MAX,
    }
}

/// Small sizes, to try.
fn quick() -> Settings {
    Settings {
        rounds: 3,
        deliveries: 500,
        seconds: 1,
        customers: 200,
        entries: 20_000,
        rows: 20_000,
        items: 2_000,
        requests: 50,
        lines: 20_000,
        ..full()
    }
}

impl Settings {
    pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Settings> {
        let arguments: Vec<String> = arguments.collect();
        let mut settings = if arguments.iter().any(|argument| argument == "--quick") {
            quick()
        } else {
            full()
        };
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "posting" => settings.parts.push(Part::Posting),
                "run" => settings.parts.push(Part::Run),
                "lists" => settings.parts.push(Part::Lists),
                "ageing" => settings.parts.push(Part::Ageing),
                "import" => settings.parts.push(Part::Import),
                "process" => settings.parts.push(Part::Process),
                "--quick" => {}
                "--sqlite" => settings.postgres = false,
                "--postgres" => settings.sqlite = false,
                option => {
                    let value = arguments.next().with_context(|| format!("{option} what?"))?;
                    *settings.number(option)? = value.replace('_', "").parse().context(value)?;
                }
            }
        }
        if settings.parts.is_empty() {
            settings.parts = vec![
                Part::Posting,
                Part::Run,
                Part::Lists,
                Part::Ageing,
                Part::Import,
                Part::Process,
            ];
        }
        Ok(settings)
    }

    fn number(&mut self, option: &str) -> Result<&mut usize> {
        Ok(match option {
            "--rounds" => &mut self.rounds,
            "--deliveries" => &mut self.deliveries,
            "--seconds" => &mut self.seconds,
            "--customers" => &mut self.customers,
            "--entries" => &mut self.entries,
            "--rows" => &mut self.rows,
            "--items" => &mut self.items,
            "--requests" => &mut self.requests,
            "--lines" => &mut self.lines,
            _ => bail!("{option} is unknown"),
        })
    }

    /// Whether each database is PostgreSQL.
    pub fn databases(&self) -> Vec<bool> {
        [(self.sqlite, false), (self.postgres, true)]
            .into_iter()
            .filter_map(|(wanted, postgres)| wanted.then_some(postgres))
            .collect()
    }
}
