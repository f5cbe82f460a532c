-- What was published of money, as it was printed, whether it adds up or not.

CREATE TABLE budget_publications (
    id BLOB NOT NULL, -- publication
    version INTEGER NOT NULL, -- counts its changes
    unit_id BLOB NOT NULL, -- unit of which it tells
    unit_date TEXT NOT NULL, -- day on which the tree tells who may see it
    title TEXT NOT NULL, -- what it is
    source_label TEXT NOT NULL, -- where it was published
    published_date TEXT, -- when; null where it is not known
    as_of_date TEXT, -- day up to which it tells; null where it does not say
    plan_year INTEGER, -- plan year of its money; null where it is of several
    amount_unit TEXT NOT NULL, -- VND, MILLION_VND, BILLION_VND
    rows TEXT NOT NULL, -- its rows with their amounts as printed
    note TEXT, -- remark
    external_id TEXT, -- id at the client that recorded it
    created_at INTEGER NOT NULL, -- when it was recorded
    CONSTRAINT budget_publications_key PRIMARY KEY (id),
    CONSTRAINT budget_publications_unit FOREIGN KEY (unit_id) REFERENCES units (id)
);

CREATE INDEX budget_publications_by_unit ON budget_publications (unit_id);
