-- What was published of money, as it was printed, whether it adds up or not.

CREATE TABLE budget_publications (
    id uuid NOT NULL, -- publication
    version bigint NOT NULL, -- counts its changes
    unit_id uuid NOT NULL, -- unit of which it tells
    unit_date date NOT NULL, -- day on which the tree tells who may see it
    title text COLLATE "C" NOT NULL, -- what it is
    source_label text COLLATE "C" NOT NULL, -- where it was published
    published_date date, -- when; null where it is not known
    as_of_date date, -- day up to which it tells; null where it does not say
    plan_year integer, -- plan year of its money; null where it is of several
    amount_unit text COLLATE "C" NOT NULL, -- VND, MILLION_VND, BILLION_VND
    rows jsonb NOT NULL, -- its rows with their amounts as printed
    note text COLLATE "C", -- remark
    external_id text COLLATE "C", -- id at the client that recorded it
    created_at timestamptz NOT NULL, -- when it was recorded
    CONSTRAINT budget_publications_key PRIMARY KEY (id),
    CONSTRAINT budget_publications_unit FOREIGN KEY (unit_id) REFERENCES units (id)
);

CREATE INDEX budget_publications_by_unit ON budget_publications (unit_id);
