"""The first schema: the ledger, what hangs beside it, and its projection.

Written as SQL because SQL is what is read when somebody asks what is kept. Three words differ between the
databases: the type of text (compared byte by byte on both), of whole numbers and of bytes.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WORDS = {
    "sqlite": {
        "text": "TEXT",
        "integer": "INTEGER",
        "bytes": "BLOB",
        "strict": "STRICT",
        "narrow": ", WITHOUT ROWID",
    },
    "postgresql": {
        "text": 'TEXT COLLATE "C"',
        "integer": "BIGINT",
        "bytes": "BYTEA",
        "strict": "",
        "narrow": "",
    },
}

TABLES = (
    # Which ledger this is.
    """CREATE TABLE meta (
        id {integer} NOT NULL CONSTRAINT meta_one CHECK (id = 1),
        origin {text} NOT NULL,
        created_at {text} NOT NULL,
        CONSTRAINT meta_key PRIMARY KEY (id)
    ) {strict}""",
    # Where the ledger ends: its size, the last leaf's hash and time, and the frontier of its tree.
    """CREATE TABLE head (
        id {integer} NOT NULL CONSTRAINT head_one CHECK (id = 1),
        size {integer} NOT NULL,
        hash {text} NOT NULL,
        time {text} NOT NULL,
        frontier {text} NOT NULL,
        CONSTRAINT head_key PRIMARY KEY (id)
    ) {strict}""",
    """CREATE TABLE leaf (
        idx {integer} NOT NULL,
        hash {text} NOT NULL,
        stream {text} NOT NULL,
        seq {integer} NOT NULL,
        command {text} NOT NULL,
        part {integer} NOT NULL,
        kind {text} NOT NULL,
        time {text} NOT NULL,
        bytes {bytes} NOT NULL,
        CONSTRAINT leaf_key PRIMARY KEY (idx),
        CONSTRAINT leaf_stream UNIQUE (stream, seq),
        CONSTRAINT leaf_command UNIQUE (command, part)
    ) {strict}""",
    # Text that stands in leaves as a salted digest only. Erased by law: salt and text are NULL, so that
    # nobody can try names against the digest.
    """CREATE TABLE payload (
        digest {text} NOT NULL,
        salt {text},
        text {text},
        CONSTRAINT payload_key PRIMARY KEY (digest)
    ) {strict}""",
    """CREATE TABLE definition (
        digest {text} NOT NULL,
        id {text} NOT NULL,
        text {text} NOT NULL,
        overlays {text} NOT NULL,
        effective {text} NOT NULL,
        tbl {text} NOT NULL,
        idx {integer} NOT NULL,
        CONSTRAINT definition_key PRIMARY KEY (digest)
    ) {strict}""",
    # Which definition of a workflow is in force.
    """CREATE TABLE workflow (
        id {text} NOT NULL,
        digest {text} NOT NULL,
        CONSTRAINT workflow_key PRIMARY KEY (id),
        CONSTRAINT workflow_digest FOREIGN KEY (digest) REFERENCES definition (digest)
    ) {strict}""",
    # What holds for the whole institution, as JSON: organisation, calendar, settings, institution.
    """CREATE TABLE document (
        name {text} NOT NULL,
        content {text} NOT NULL,
        digest {text} NOT NULL,
        idx {integer} NOT NULL,
        CONSTRAINT document_key PRIMARY KEY (name)
    ) {strict}""",
    """CREATE TABLE task (
        id {text} NOT NULL,
        workflow {text} NOT NULL,
        digest {text} NOT NULL,
        family {text} NOT NULL,
        office {text} NOT NULL,
        status {text} NOT NULL CONSTRAINT task_status
            CHECK ((status = 'open' OR status = 'closed' OR status = 'cancelled'
                OR status = 'merged' OR status = 'redirected')),
        opened_at {text} NOT NULL,
        closed_at {text},
        due_at {text},
        parent {text},
        seq {integer} NOT NULL,
        last {text} NOT NULL,
        last_idx {integer} NOT NULL,
        state {text} NOT NULL,
        CONSTRAINT task_key PRIMARY KEY (id)
    ) {strict}""",
    # `content` is the folded visit; the other columns repeat what is searched. `first_due_at` is the earliest
    # due instant it ever had, by which what was overdue is found although it has been extended since.
    """CREATE TABLE visit (
        task {text} NOT NULL,
        step {text} NOT NULL,
        visit {integer} NOT NULL,
        place {integer} NOT NULL,
        office {text} NOT NULL,
        kind {text} NOT NULL,
        person {text},
        urger {text},
        status {text} NOT NULL,
        clock {text} NOT NULL CONSTRAINT visit_clock CHECK ((clock = 'running'
            OR clock = 'stopped' OR clock = 'ended')),
        entered_at {text} NOT NULL,
        left_at {text},
        ended_at {text},
        due_at {text},
        first_due_at {text},
        warn_at {text},
        delegate {text},
        content {text} NOT NULL,
        CONSTRAINT visit_key PRIMARY KEY (task, step, visit),
        CONSTRAINT visit_task FOREIGN KEY (task) REFERENCES task (id)
    ) {strict}{narrow}""",
    # Every due instant that a visit, or a whole task, has had: a pass finds each although it has been moved.
    # `kind` repeats the visit's, which never changes: what waits for a desk or an outside body has an index alone.
    """CREATE TABLE visit_due (
        task {text} NOT NULL,
        step {text} NOT NULL,
        visit {integer} NOT NULL,
        idx {integer} NOT NULL,
        due_at {text} NOT NULL,
        kind {text} NOT NULL,
        CONSTRAINT visit_due_key PRIMARY KEY (task, step, visit, idx)
    ) {strict}{narrow}""",
    """CREATE TABLE task_due (
        task {text} NOT NULL,
        idx {integer} NOT NULL,
        due_at {text} NOT NULL,
        CONSTRAINT task_due_key PRIMARY KEY (task, idx)
    ) {strict}{narrow}""",
    """CREATE TABLE finding (
        id {text} NOT NULL,
        fingerprint {text} NOT NULL,
        rule {text} NOT NULL,
        severity {text} NOT NULL,
        task {text},
        step {text},
        visit {integer},
        state {text} NOT NULL
            CONSTRAINT finding_state CHECK ((state = 'open' OR state = 'cured'
                OR state = 'withdrawn' OR state = 'voided' OR state = 'closed')),
        follow_up {text},
        found_at {text} NOT NULL,
        found_idx {integer} NOT NULL,
        last_idx {integer} NOT NULL,
        content {text} NOT NULL,
        CONSTRAINT finding_key PRIMARY KEY (id),
        CONSTRAINT finding_fingerprint UNIQUE (fingerprint)
    ) {strict}""",
    # Whom a finding names now: who answers for it, or owes its clarification.
    """CREATE TABLE finding_person (
        finding {text} NOT NULL,
        person {text} NOT NULL,
        CONSTRAINT finding_person_key PRIMARY KEY (person, finding)
    ) {strict}{narrow}""",
    # A notice (督办单) and what has become of it; `again_at` is when another may follow it, while its matter
    # goes on, and it is the last word on it.
    """CREATE TABLE notice (
        id {text} NOT NULL,
        matter {text} NOT NULL,
        finding {text} NOT NULL,
        task {text} NOT NULL,
        level {text} NOT NULL CONSTRAINT notice_level CHECK ((level = 'blue' OR level = 'yellow'
            OR level = 'red')),
        owes {text},
        last {integer} NOT NULL,
        state {text} NOT NULL
            CONSTRAINT notice_state CHECK ((state = 'waiting' OR state = 'answered'
                OR state = 'unanswered' OR state = 'ended')),
        given_at {text} NOT NULL,
        given_idx {integer} NOT NULL,
        again_at {text},
        answered_by {text},
        answered_at {text},
        reason {text},
        content {text} NOT NULL,
        CONSTRAINT notice_key PRIMARY KEY (id)
    ) {strict}""",
    """CREATE TABLE notice_person (
        notice {text} NOT NULL,
        person {text} NOT NULL,
        CONSTRAINT notice_person_key PRIMARY KEY (person, notice)
    ) {strict}{narrow}""",
    # To whom it was corrected (更正) what had been said of a finding, and by which leaf.
    """CREATE TABLE correction (
        person {text} NOT NULL,
        idx {integer} NOT NULL,
        finding {text} NOT NULL,
        why {text} NOT NULL,
        sent_at {text} NOT NULL,
        CONSTRAINT correction_key PRIMARY KEY (person, idx)
    ) {strict}{narrow}""",
    """CREATE TABLE circulation (
        task {text} NOT NULL,
        person {text} NOT NULL,
        given_by {text} NOT NULL,
        given_at {text} NOT NULL,
        given_idx {integer} NOT NULL,
        read_at {text},
        read_idx {integer},
        CONSTRAINT circulation_key PRIMARY KEY (task, person)
    ) {strict}{narrow}""",
    """CREATE TABLE slot (
        audit {text} NOT NULL,
        slot {text} NOT NULL,
        idx {integer} NOT NULL,
        seen {integer} NOT NULL,
        content {text} NOT NULL,
        CONSTRAINT slot_key PRIMARY KEY (audit, slot)
    ) {strict}""",
    # What a plan owed in a period, by an id made of the two and for whom it is: the task opened for it, or that
    # none could be so far.
    """CREATE TABLE planned (
        id {text} NOT NULL,
        plan {text} NOT NULL,
        period {text} NOT NULL,
        office {text} NOT NULL,
        person {text},
        place {text},
        number {integer} NOT NULL,
        held {integer},
        task {text},
        idx {integer},
        CONSTRAINT planned_key PRIMARY KEY (id)
    ) {strict}""",
    """CREATE TABLE proposal (
        id {text} NOT NULL,
        kind {text} NOT NULL,
        status {text} NOT NULL,
        proposer {text} NOT NULL,
        about {text},
        idx {integer} NOT NULL,
        content {text} NOT NULL,
        CONSTRAINT proposal_key PRIMARY KEY (id)
    ) {strict}""",
    # Keys are valid by position in the ledger: from since_idx on, and before until_idx.
    """CREATE TABLE key (
        id {text} NOT NULL,
        person {text} NOT NULL,
        public {text} NOT NULL,
        since_idx {integer} NOT NULL,
        until_idx {integer},
        CONSTRAINT key_key PRIMARY KEY (id)
    ) {strict}""",
    # The last number given to a task, by prefix and local year: BW, 2026.
    """CREATE TABLE number (
        prefix {text} NOT NULL,
        year {integer} NOT NULL,
        last {integer} NOT NULL,
        CONSTRAINT number_key PRIMARY KEY (prefix, year)
    ) {strict}""",
)

INDEXES = (
    "CREATE INDEX task_office ON task (office, status)",
    "CREATE INDEX task_open_due ON task (due_at) WHERE status = 'open'",
    "CREATE INDEX task_closed ON task (closed_at) WHERE closed_at IS NOT NULL",
    "CREATE INDEX task_opened ON task (opened_at)",
    "CREATE INDEX task_parent ON task (parent) WHERE parent IS NOT NULL",
    """CREATE INDEX leaf_afterwards ON leaf (idx) WHERE (kind = 'attribution_corrected'
        OR kind = 'attribution_revised' OR kind = 'dispute_answered' OR kind = 'finding_cured'
        OR kind = 'finding_disputed' OR kind = 'finding_voided' OR kind = 'finding_withdrawn'
        OR kind = 'rectify_ordered' OR kind = 'step_restored' OR kind = 'task_reopened')""",
    """CREATE INDEX leaf_calendars ON leaf (idx) WHERE (kind = 'genesis'
        OR kind = 'calendar_applied' OR kind = 'hours_applied')""",
    "CREATE INDEX visit_first_due ON visit (first_due_at) WHERE status = 'open'",
    "CREATE INDEX visit_warn ON visit (warn_at) WHERE status = 'open'",
    "CREATE INDEX visit_person ON visit (person) WHERE status = 'open'",
    "CREATE INDEX visit_urger ON visit (urger) WHERE status = 'open' AND urger IS NOT NULL",
    "CREATE INDEX visit_delegate ON visit (delegate) WHERE status = 'open' AND delegate IS NOT NULL",
    "CREATE INDEX visit_desk ON visit (kind) WHERE status = 'open' AND kind = 'desk'",
    "CREATE INDEX visit_left ON visit (left_at) WHERE left_at IS NOT NULL",
    "CREATE INDEX visit_due_at ON visit_due (due_at)",
    "CREATE INDEX visit_due_wait ON visit_due (due_at) WHERE kind <> 'person'",
    "CREATE INDEX task_due_at ON task_due (due_at)",
    "CREATE INDEX planned_place ON planned (idx) WHERE place IS NOT NULL",
    "CREATE INDEX planned_held ON planned (held) WHERE task IS NULL",
    "CREATE INDEX planned_task ON planned (task) WHERE task IS NOT NULL",
    "CREATE INDEX finding_task ON finding (task)",
    "CREATE INDEX finding_open ON finding (rule) WHERE state = 'open'",
    "CREATE INDEX finding_person_finding ON finding_person (finding)",
    "CREATE INDEX finding_found ON finding (found_idx)",
    "CREATE INDEX circulation_unread ON circulation (person) WHERE read_at IS NULL",
    "CREATE INDEX correction_finding ON correction (finding)",
    "CREATE INDEX correction_sent ON correction (idx)",
    "CREATE INDEX notice_task ON notice (task)",
    "CREATE INDEX notice_given ON notice (given_idx)",
    "CREATE INDEX notice_again ON notice (again_at) WHERE again_at IS NOT NULL",
    "CREATE INDEX notice_live ON notice (matter) WHERE again_at IS NOT NULL",
    "CREATE INDEX proposal_status ON proposal (status)",
    "CREATE INDEX key_person ON key (person)",
)

# The last refuses what would take a row's place, which INSERT OR REPLACE does without a DELETE for whoever
# has not set recursive_triggers.
SQLITE_TRIGGERS = (
    """CREATE TRIGGER leaf_no_update BEFORE UPDATE ON leaf
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER leaf_no_delete BEFORE DELETE ON leaf
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER leaf_no_gap BEFORE INSERT ON leaf
       WHEN NEW.idx <> (SELECT coalesce(max(idx), -1) + 1 FROM leaf)
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
)

POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION leaf_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'ZE001'; END $$""",
    """CREATE TRIGGER leaf_no_update BEFORE UPDATE OR DELETE OR TRUNCATE ON leaf
       FOR EACH STATEMENT EXECUTE FUNCTION leaf_refuse()""",
    """CREATE FUNCTION leaf_next() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.idx <> (SELECT coalesce(max(idx), -1) + 1 FROM leaf) THEN
           RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'ZE001';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER leaf_no_gap BEFORE INSERT ON leaf
       FOR EACH ROW EXECUTE FUNCTION leaf_next()""",
)


def upgrade() -> None:
    """Make every table, index and trigger, and the head of an empty ledger."""
    dialect = op.get_bind().dialect.name
    for table in TABLES:
        op.execute(table.format_map(WORDS[dialect]))
    for statement in (*INDEXES, *(SQLITE_TRIGGERS if dialect == "sqlite" else POSTGRESQL_TRIGGERS)):
        op.execute(statement)
    op.execute("INSERT INTO head (id, size, hash, time, frontier) VALUES (1, 0, '', '', '')")
