//! Tables as the queries see them; a test holds this file against the migrations of both databases.

use diesel::{allow_tables_to_appear_in_same_query, table};

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    installation (id) {
        id -> Integer,
        purpose -> Text,
        cursor_key -> Binary,
        created_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    journal_head (id) {
        id -> Integer,
        position -> BigInt,
        lease_holder -> Nullable<DbUuid>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    journal (position) {
        position -> BigInt,
        recorded_at -> DbTimestamp,
        client_id -> Nullable<DbUuid>,
        acting_person_id -> Nullable<DbUuid>,
        request_id -> Text,
        collection -> Text,
        record_id -> DbUuid,
        version -> BigInt,
        action -> Text,
        changed -> DbJson,
        record -> Nullable<DbJson>,
        unit_id -> Nullable<DbUuid>,
        unit_date -> Nullable<Date>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    units (id) {
        id -> DbUuid,
        version -> BigInt,
        level -> Text,
        created_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    unit_timeline (id) {
        id -> DbUuid,
        unit_id -> DbUuid,
        code -> Text,
        name -> Text,
        name_folded -> Text,
        name_sort -> Text,
        kind_code -> Text,
        parent_id -> Nullable<DbUuid>,
        territory_number -> Integer,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        act_number -> Nullable<Text>,
        confidence -> Text,
        succession_id -> Nullable<DbUuid>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    unit_ancestry (ancestor_id, descendant_id, valid_from) {
        ancestor_id -> DbUuid,
        descendant_id -> DbUuid,
        depth -> Integer,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    clients (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        name -> Text,
        description -> Nullable<Text>,
        may_name_person -> Bool,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
        external_id -> Nullable<Text>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    api_keys (id) {
        id -> DbUuid,
        version -> BigInt,
        client_id -> DbUuid,
        key_code -> Text,
        secret_hash -> Binary,
        label -> Nullable<Text>,
        expires_at -> DbTimestamp,
        created_at -> DbTimestamp,
        external_id -> Nullable<Text>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    grants (id) {
        id -> DbUuid,
        version -> BigInt,
        client_id -> DbUuid,
        role -> Text,
        unit_id -> DbUuid,
        created_at -> DbTimestamp,
        external_id -> Nullable<Text>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    code_list_entries (id) {
        id -> DbUuid,
        version -> BigInt,
        list -> Text,
        code -> Text,
        position -> Integer,
        label_vi -> Text,
        label_en -> Text,
        parent_code -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        state_budget -> Nullable<Bool>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    criteria_sets (id) {
        id -> DbUuid,
        version -> BigInt,
        code -> Text,
        base_set_id -> Nullable<DbUuid>,
        name_vi -> Text,
        name_en -> Text,
        status -> Text,
        level -> Text,
        kind_codes -> DbJson,
        valid_from -> Date,
        valid_to -> Date,
        issuer_unit_id -> Nullable<DbUuid>,
        acts -> DbJson,
        text_available -> Bool,
        confidence -> Text,
        created_at -> DbTimestamp,
        key_criteria -> DbJson,
        required_level -> Nullable<Text>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    criteria (id) {
        id -> DbUuid,
        criteria_set_id -> DbUuid,
        code -> Text,
        position -> Integer,
        group_code -> Nullable<Text>,
        name_vi -> Text,
        name_en -> Text,
        confidence -> Text,
        topic_codes -> DbJson,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    criteria_bands (criteria_set_id, code) {
        criteria_set_id -> DbUuid,
        code -> Text,
        position -> Integer,
        min_count -> Integer,
        max_count -> Integer,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    assessments (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        criteria_set_id -> DbUuid,
        period -> Text,
        period_end -> Date,
        stage -> Text,
        status -> Text,
        revision -> Integer,
        cut_off_date -> Nullable<Date>,
        source_label -> Nullable<Text>,
        source_date -> Nullable<Date>,
        declared_min -> Nullable<Integer>,
        declared_max -> Nullable<Integer>,
        note -> Nullable<Text>,
        return_reason -> Nullable<Text>,
        return_items -> Nullable<DbJson>,
        author_client_id -> Nullable<DbUuid>,
        author_person_id -> Nullable<DbUuid>,
        signer_client_id -> Nullable<DbUuid>,
        signer_person_id -> Nullable<DbUuid>,
        submitted_at -> Nullable<DbTimestamp>,
        seal_hash -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
        external_id -> Nullable<Text>,
        based_on_id -> Nullable<DbUuid>,
        unverified_reason -> Nullable<Text>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    assessment_verdicts (assessment_id, criterion_code) {
        assessment_id -> DbUuid,
        criterion_code -> Text,
        verdict -> Text,
        note -> Nullable<Text>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    assessment_summaries (assessment_id) {
        assessment_id -> DbUuid,
        met_bits -> BigInt,
        undecided_bits -> BigInt,
        met_min -> Integer,
        met_max -> Integer,
        provisional -> Bool,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    idempotency_keys (client_id, method, path, idempotency_key) {
        client_id -> DbUuid,
        method -> Text,
        path -> Text,
        idempotency_key -> Text,
        request_hash -> Binary,
        status -> Nullable<Integer>,
        headers -> Nullable<DbJson>,
        body -> Nullable<Binary>,
        expires_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    external_ids (client_id, collection, external_id) {
        client_id -> DbUuid,
        collection -> Text,
        external_id -> Text,
        record_id -> DbUuid,
        content_hash -> Binary,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    unit_successions (id) {
        id -> DbUuid,
        version -> BigInt,
        act_number -> Text,
        act_title -> Nullable<Text>,
        effective_date -> Date,
        status -> Text,
        annulling_act_number -> Nullable<Text>,
        annulment_reason -> Nullable<Text>,
        note -> Nullable<Text>,
        confidence -> Text,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    unit_succession_edges (succession_id, position) {
        succession_id -> DbUuid,
        position -> Integer,
        group_number -> Integer,
        kind -> Text,
        act_number -> Text,
        from_unit_id -> Nullable<DbUuid>,
        to_unit_id -> Nullable<DbUuid>,
        part -> Text,
        continues -> Bool,
        implied -> Bool,
        area_percent -> Nullable<BigInt>,
        population_percent -> Nullable<BigInt>,
        confidence -> Text,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    unit_geometries (timeline_entry_id) {
        timeline_entry_id -> DbUuid,
        unit_id -> DbUuid,
        version -> BigInt,
        geometry -> Text,
        source_label -> Nullable<Text>,
        confidence -> Text,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    unit_statuses (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        kind -> Text,
        value_code -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        act_number -> Text,
        ending_act_number -> Nullable<Text>,
        state -> Text,
        note -> Nullable<Text>,
        confidence -> Text,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    period_locks (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        criteria_set_id -> DbUuid,
        period -> Text,
        status -> Text,
        act_number -> Nullable<Text>,
        reason -> Nullable<Text>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    indicators (id) {
        id -> DbUuid,
        version -> BigInt,
        code -> Text,
        keeper_unit_id -> DbUuid,
        name_vi -> Text,
        name_en -> Text,
        value_type -> Text,
        unit_code -> Text,
        time_basis -> Text,
        direction -> Text,
        numerator_vi -> Nullable<Text>,
        numerator_en -> Nullable<Text>,
        denominator_vi -> Nullable<Text>,
        denominator_en -> Nullable<Text>,
        breakdowns -> DbJson,
        standard_code -> Nullable<Text>,
        derivation -> Nullable<Text>,
        derivation_kind -> Nullable<Text>,
        derivation_values -> DbJson,
        minimum -> Nullable<BigInt>,
        maximum -> Nullable<BigInt>,
        topic_codes -> DbJson,
        confidence -> Text,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    observations (id) {
        id -> DbUuid,
        version -> BigInt,
        indicator_id -> DbUuid,
        unit_id -> DbUuid,
        unit_date -> Date,
        period -> Text,
        period_end -> Date,
        stage -> Text,
        value -> Nullable<BigInt>,
        numerator -> Nullable<BigInt>,
        denominator -> Nullable<BigInt>,
        breakdown -> DbJson,
        cut_off_date -> Nullable<Date>,
        source_label -> Nullable<Text>,
        source_date -> Nullable<Date>,
        note -> Nullable<Text>,
        evidence -> DbJson,
        corrects_id -> Nullable<DbUuid>,
        corrected_by_id -> Nullable<DbUuid>,
        correction_reason -> Nullable<Text>,
        author_client_id -> Nullable<DbUuid>,
        author_person_id -> Nullable<DbUuid>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        act_id -> Nullable<DbUuid>,
        act_item_code -> Nullable<Text>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    criteria_items (criteria_set_id, code) {
        criteria_set_id -> DbUuid,
        code -> Text,
        criterion_code -> Nullable<Text>,
        position -> Integer,
        indicator_code -> Text,
        name_vi -> Text,
        name_en -> Text,
        both_sexes -> Bool,
        conditional -> Bool,
        delegated -> Bool,
        parts -> DbJson,
        confidence -> Text,
        note -> Nullable<Text>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    criteria_thresholds (criteria_set_id, item_code, part, position) {
        criteria_set_id -> DbUuid,
        item_code -> Text,
        part -> Integer,
        position -> Integer,
        region_code -> Text,
        commune_group -> Nullable<Text>,
        year -> Nullable<Integer>,
        operator -> Text,
        value -> Nullable<BigInt>,
        confidence -> Text,
        act_number -> Text,
        article -> Nullable<Text>,
        note -> Nullable<Text>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    criteria_region_overrides (criteria_set_id, position) {
        criteria_set_id -> DbUuid,
        position -> Integer,
        status_kind -> Text,
        status_values -> DbJson,
        region_code -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        also_requires -> Nullable<Text>,
        act_number -> Text,
        article -> Nullable<Text>,
        confidence -> Text,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    assessment_items (assessment_id, item_code) {
        assessment_id -> DbUuid,
        item_code -> Text,
        observation_ids -> DbJson,
        not_applicable_reason -> Nullable<Text>,
        override_verdict -> Nullable<Text>,
        override_reason -> Nullable<Text>,
        override_client_id -> Nullable<DbUuid>,
        computed_verdict -> Text,
        reason -> Nullable<Text>,
        verdict -> Text,
        provisional -> Bool,
        gap_part -> Nullable<Integer>,
        gap -> Nullable<BigInt>,
        gap_percent -> Nullable<BigInt>,
        numerator_gap -> Nullable<BigInt>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    assessment_seals (assessment_id, revision, number) {
        assessment_id -> DbUuid,
        revision -> Integer,
        number -> Integer,
        unit_id -> DbUuid,
        unit_date -> Date,
        seal_hash -> Text,
        form -> Text,
        proof -> DbJson,
        sealed_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    recognition_dossiers (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        criteria_set_id -> DbUuid,
        level -> Text,
        year -> Integer,
        status -> Text,
        note -> Nullable<Text>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    recognition_steps (dossier_id, number) {
        dossier_id -> DbUuid,
        number -> Integer,
        status -> Text,
        client_id -> Nullable<DbUuid>,
        person_id -> Nullable<DbUuid>,
        taken_at -> DbTimestamp,
        assessment_id -> Nullable<DbUuid>,
        votes_for -> Nullable<Integer>,
        votes_total -> Nullable<Integer>,
        act_number -> Nullable<Text>,
        decision_date -> Nullable<Date>,
        effective_date -> Nullable<Date>,
        announced_date -> Nullable<Date>,
        reason -> Nullable<Text>,
        override_reason -> Nullable<Text>,
        unit_status_id -> Nullable<DbUuid>,
        conditions -> Nullable<DbJson>,
        consequences -> DbJson,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    file_contents (content_hash) {
        content_hash -> Text,
        bytes -> Binary,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    files (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        content_hash -> Text,
        byte_count -> BigInt,
        name -> Text,
        format -> Text,
        author_client_id -> Nullable<DbUuid>,
        author_person_id -> Nullable<DbUuid>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    threshold_verifications (id) {
        id -> DbUuid,
        version -> BigInt,
        criteria_set_id -> DbUuid,
        thresholds -> DbJson,
        document_label -> Text,
        document_date -> Nullable<Date>,
        document_place -> Nullable<Text>,
        document_hash -> Nullable<Text>,
        verified_date -> Date,
        note -> Nullable<Text>,
        state -> Text,
        annulment_reason -> Nullable<Text>,
        client_id -> Nullable<DbUuid>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    evidence_files (observation_id, file_id) {
        observation_id -> DbUuid,
        file_id -> DbUuid,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    criteria_set_replacements (criteria_set_id) {
        criteria_set_id -> DbUuid,
        replaced_set_code -> Text,
        reason -> Text,
        act_number -> Nullable<Text>,
        note -> Nullable<Text>,
        document -> Nullable<DbJson>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    agencies (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        kind -> Text,
        name -> Text,
        search_name -> Text,
        identifier_scheme -> Nullable<Text>,
        identifier_value -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    people (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        full_name -> Nullable<Text>,
        positions -> DbJson,
        phone -> Nullable<Text>,
        email -> Nullable<Text>,
        state -> Text,
        erasure_reason -> Nullable<Text>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    person_readings (id) {
        id -> DbUuid,
        person_id -> DbUuid,
        client_id -> Nullable<DbUuid>,
        acting_person_id -> Nullable<DbUuid>,
        request_id -> Text,
        read_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    committees (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        kind -> Text,
        parent_id -> Nullable<DbUuid>,
        name -> Text,
        search_name -> Text,
        act_number -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    mandates (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        committee_id -> DbUuid,
        kind -> Text,
        person_id -> Nullable<DbUuid>,
        agency_id -> Nullable<DbUuid>,
        role -> Nullable<Text>,
        charge_unit_id -> Nullable<DbUuid>,
        criteria_set_id -> Nullable<DbUuid>,
        criterion_code -> Nullable<Text>,
        act_number -> Nullable<Text>,
        ending_act_number -> Nullable<Text>,
        state -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        note -> Nullable<Text>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    acts (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        kind_code -> Text,
        act_number -> Nullable<Text>,
        title -> Text,
        search_text -> Text,
        committee_id -> Nullable<DbUuid>,
        agency_id -> Nullable<DbUuid>,
        signer_person_id -> Nullable<DbUuid>,
        issued_date -> Nullable<Date>,
        effective_date -> Nullable<Date>,
        note -> Nullable<Text>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    act_items (act_id, code) {
        act_id -> DbUuid,
        code -> Text,
        position -> Integer,
        content -> Text,
        due_date -> Nullable<Date>,
        changed_act_id -> Nullable<DbUuid>,
        changed_item_code -> Nullable<Text>,
        change_kind -> Nullable<Text>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    act_files (act_id, file_id) {
        act_id -> DbUuid,
        file_id -> DbUuid,
        position -> Integer,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    act_links (collection, record_id, relation, act_number) {
        collection -> Text,
        record_id -> DbUuid,
        relation -> Text,
        act_number -> Text,
        link_date -> Date,
        unit_id -> Nullable<DbUuid>,
        unit_date -> Nullable<Date>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    meetings (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        committee_id -> DbUuid,
        held_date -> Date,
        place -> Nullable<Text>,
        reviews_period -> Nullable<Text>,
        plans_period -> Nullable<Text>,
        agenda -> DbJson,
        note -> Nullable<Text>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    meeting_attendances (meeting_id, position) {
        meeting_id -> DbUuid,
        position -> Integer,
        person_id -> Nullable<DbUuid>,
        agency_id -> Nullable<DbUuid>,
        presence -> Text,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    meeting_files (meeting_id, file_id) {
        meeting_id -> DbUuid,
        file_id -> DbUuid,
        position -> Integer,
        kind -> Text,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    meeting_acts (meeting_id, act_id) {
        meeting_id -> DbUuid,
        act_id -> DbUuid,
        position -> Integer,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    directives (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        committee_id -> DbUuid,
        act_id -> DbUuid,
        item_code -> Text,
        kind -> Text,
        content -> Text,
        binds_members -> Bool,
        binds_agencies -> Bool,
        binds_communes -> Bool,
        expected_result_kind -> Nullable<Text>,
        product -> Nullable<Text>,
        assigned_date -> Date,
        due_date -> Nullable<Date>,
        recurrence -> Nullable<Text>,
        recurs_until -> Nullable<Date>,
        state -> Text,
        ended_date -> Nullable<Date>,
        ending_reason -> Nullable<Text>,
        note -> Nullable<Text>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
        due_in_working_days -> Nullable<Integer>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    directive_parties (directive_id, position) {
        directive_id -> DbUuid,
        position -> Integer,
        role -> Text,
        person_id -> Nullable<DbUuid>,
        agency_id -> Nullable<DbUuid>,
        party_unit_id -> Nullable<DbUuid>,
        party_committee_id -> Nullable<DbUuid>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    tasks (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        committee_id -> DbUuid,
        kind -> Text,
        directive_id -> Nullable<DbUuid>,
        act_id -> Nullable<DbUuid>,
        item_code -> Nullable<Text>,
        serves_task_id -> Nullable<DbUuid>,
        content -> Text,
        search_text -> Text,
        person_id -> Nullable<DbUuid>,
        agency_id -> Nullable<DbUuid>,
        party_unit_id -> Nullable<DbUuid>,
        party_committee_id -> Nullable<DbUuid>,
        target_unit_id -> Nullable<DbUuid>,
        criteria_set_id -> Nullable<DbUuid>,
        criterion_code -> Nullable<Text>,
        quantity -> Nullable<BigInt>,
        quantity_unit -> Nullable<Text>,
        value_vnd -> Nullable<BigInt>,
        assigned_date -> Date,
        due_date -> Nullable<Date>,
        sort_date -> Date,
        status -> Text,
        done_date -> Nullable<Date>,
        progress_percent -> Nullable<Integer>,
        note -> Nullable<Text>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    task_steps (task_id, number) {
        task_id -> DbUuid,
        number -> Integer,
        status -> Text,
        client_id -> Nullable<DbUuid>,
        person_id -> Nullable<DbUuid>,
        taken_at -> DbTimestamp,
        done_date -> Nullable<Date>,
        result -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    task_extensions (task_id, number) {
        task_id -> DbUuid,
        number -> Integer,
        old_due_date -> Date,
        new_due_date -> Date,
        reason -> Text,
        act_number -> Nullable<Text>,
        client_id -> Nullable<DbUuid>,
        person_id -> Nullable<DbUuid>,
        extended_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    task_files (task_id, file_id) {
        task_id -> DbUuid,
        file_id -> DbUuid,
        position -> Integer,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    task_progress_reports (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        task_id -> DbUuid,
        report_date -> Date,
        content -> Text,
        progress_percent -> Nullable<Integer>,
        quantity -> Nullable<BigInt>,
        client_id -> Nullable<DbUuid>,
        person_id -> Nullable<DbUuid>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    obstacles (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        kind -> Text,
        title -> Text,
        search_text -> Text,
        description -> Nullable<Text>,
        proposal -> Nullable<Text>,
        raised_date -> Date,
        raised_by_person_id -> Nullable<DbUuid>,
        raised_by_agency_id -> Nullable<DbUuid>,
        meeting_id -> Nullable<DbUuid>,
        topic_code -> Nullable<Text>,
        criteria_set_id -> Nullable<DbUuid>,
        criterion_code -> Nullable<Text>,
        observation_id -> Nullable<DbUuid>,
        level -> Nullable<Text>,
        answer_due_date -> Nullable<Date>,
        status -> Text,
        agency_id -> Nullable<DbUuid>,
        party_unit_id -> Nullable<DbUuid>,
        party_committee_id -> Nullable<DbUuid>,
        answer -> Nullable<Text>,
        answered_date -> Nullable<Date>,
        reopened_count -> Integer,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
        answer_term_from -> Nullable<Date>,
        answer_in_working_days -> Nullable<Integer>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    obstacle_steps (obstacle_id, number) {
        obstacle_id -> DbUuid,
        number -> Integer,
        status -> Text,
        client_id -> Nullable<DbUuid>,
        person_id -> Nullable<DbUuid>,
        taken_at -> DbTimestamp,
        answer -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    obstacle_escalations (obstacle_id, number) {
        obstacle_id -> DbUuid,
        number -> Integer,
        from_level -> Nullable<Text>,
        to_level -> Text,
        reason -> Text,
        old_answer_due_date -> Nullable<Date>,
        answer_due_date -> Nullable<Date>,
        client_id -> Nullable<DbUuid>,
        person_id -> Nullable<DbUuid>,
        escalated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    obstacle_tasks (obstacle_id, task_id) {
        obstacle_id -> DbUuid,
        task_id -> DbUuid,
        position -> Integer,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    task_terms (task_id) {
        task_id -> DbUuid,
        in_working_days -> Integer,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    obstacle_works (obstacle_id, work_id) {
        obstacle_id -> DbUuid,
        work_id -> DbUuid,
        position -> Integer,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    obstacle_budget_lines (obstacle_id, line_id) {
        obstacle_id -> DbUuid,
        line_id -> DbUuid,
        position -> Integer,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    activities (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        committee_id -> Nullable<DbUuid>,
        kind -> Text,
        status -> Text,
        title -> Text,
        search_text -> Text,
        planned_date -> Nullable<Date>,
        held_date -> Nullable<Date>,
        task_id -> Nullable<DbUuid>,
        findings -> Nullable<Text>,
        audience -> Nullable<Text>,
        language -> Nullable<Text>,
        reach_count -> Nullable<BigInt>,
        cost_vnd -> Nullable<BigInt>,
        cancellation_reason -> Nullable<Text>,
        note -> Nullable<Text>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    activity_units (activity_id, target_unit_id) {
        activity_id -> DbUuid,
        target_unit_id -> DbUuid,
        position -> Integer,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    activity_parties (activity_id, position) {
        activity_id -> DbUuid,
        position -> Integer,
        person_id -> Nullable<DbUuid>,
        agency_id -> Nullable<DbUuid>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    activity_recommendations (activity_id, task_id) {
        activity_id -> DbUuid,
        task_id -> DbUuid,
        position -> Integer,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    activity_files (activity_id, file_id) {
        activity_id -> DbUuid,
        file_id -> DbUuid,
        position -> Integer,
    }
}

diesel::joinable!(assessment_summaries -> assessments (assessment_id));

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    calendar_days (id) {
        id -> DbUuid,
        version -> BigInt,
        date -> Date,
        is_working -> Bool,
        name_vi -> Text,
        name_en -> Text,
        source -> Nullable<Text>,
        confidence -> Text,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    reporting_duties (id) {
        id -> DbUuid,
        version -> BigInt,
        code -> Text,
        unit_id -> DbUuid,
        name_vi -> Text,
        name_en -> Text,
        programme_code -> Nullable<Text>,
        form_code -> Nullable<Text>,
        from_level -> Text,
        to_level -> Text,
        recipient -> Nullable<Text>,
        period_kind -> Text,
        due_kind -> Nullable<Text>,
        due_month -> Nullable<Integer>,
        due_day -> Nullable<Integer>,
        due_year_offset -> Nullable<Integer>,
        due_days -> Nullable<Integer>,
        citation -> Nullable<Text>,
        confidence -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    report_submissions (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        duty_id -> DbUuid,
        period -> Text,
        status -> Text,
        cut_off_date -> Nullable<Date>,
        note -> Nullable<Text>,
        author_client_id -> Nullable<DbUuid>,
        author_person_id -> Nullable<DbUuid>,
        first_submitted_date -> Nullable<Date>,
        returned_count -> Integer,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    report_submission_steps (submission_id, number) {
        submission_id -> DbUuid,
        number -> Integer,
        status -> Text,
        client_id -> Nullable<DbUuid>,
        person_id -> Nullable<DbUuid>,
        taken_at -> DbTimestamp,
        reason -> Nullable<Text>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    report_submission_files (submission_id, file_id) {
        submission_id -> DbUuid,
        file_id -> DbUuid,
        position -> Integer,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    reporting_extensions (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        duty_id -> DbUuid,
        period -> Text,
        due_date -> Date,
        new_due_date -> Date,
        reason -> Text,
        act_number -> Nullable<Text>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    statements (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        meeting_id -> Nullable<DbUuid>,
        topic_code -> Nullable<Text>,
        wording -> Text,
        search_text -> Text,
        stated_date -> Date,
        period -> Text,
        claim_kind -> Nullable<Text>,
        criteria_set_code -> Nullable<Text>,
        band_code -> Nullable<Text>,
        indicator_code -> Nullable<Text>,
        comparison -> Nullable<Text>,
        value -> Nullable<BigInt>,
        compared_with -> Nullable<Text>,
        trend -> Nullable<Text>,
        since_period -> Nullable<Text>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
        programme_code -> Nullable<Text>,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    programmes (id) {
        id -> DbUuid,
        version -> BigInt,
        code -> Text,
        status -> Text,
        document -> DbJson,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    budget_lines (id) {
        id -> DbUuid,
        unit_id -> DbUuid,
        unit_date -> Date,
        programme_code -> Text,
        component_code -> Nullable<Text>,
        funding_source_code -> Text,
        nature_code -> Nullable<Text>,
        plan_year -> Integer,
        plan_end_year -> Nullable<Integer>,
        origin_year -> Integer,
        work_id -> Nullable<DbUuid>,
        assigned_vnd -> BigInt,
        adjusted_vnd -> BigInt,
        received_vnd -> BigInt,
        given_vnd -> BigInt,
        carried_in_vnd -> BigInt,
        carried_out_vnd -> BigInt,
        committed_vnd -> BigInt,
        advanced_vnd -> BigInt,
        recovered_vnd -> BigInt,
        paid_vnd -> BigInt,
        refunded_vnd -> BigInt,
        lapsed_vnd -> BigInt,
        settled_vnd -> BigInt,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    budget_entries (id) {
        id -> DbUuid,
        version -> BigInt,
        line_id -> DbUuid,
        to_line_id -> Nullable<DbUuid>,
        unit_id -> DbUuid,
        unit_date -> Date,
        kind -> Text,
        amount_vnd -> BigInt,
        booking_date -> Date,
        value_date -> Date,
        act_id -> Nullable<DbUuid>,
        act_number -> Nullable<Text>,
        pair_id -> Nullable<Text>,
        reverses_id -> Nullable<DbUuid>,
        reversed_by_id -> Nullable<DbUuid>,
        override_reason -> Nullable<Text>,
        findings -> DbJson,
        reason -> Nullable<Text>,
        note -> Nullable<Text>,
        author_client_id -> Nullable<DbUuid>,
        author_person_id -> Nullable<DbUuid>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    works (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        name -> Text,
        search_text -> Text,
        programme_code -> Text,
        component_code -> Nullable<Text>,
        owner_unit_id -> Nullable<DbUuid>,
        owner_agency_id -> Nullable<DbUuid>,
        owner_act_id -> Nullable<DbUuid>,
        total_investment_vnd -> Nullable<BigInt>,
        state -> Text,
        planned_start_date -> Nullable<Date>,
        planned_end_date -> Nullable<Date>,
        started_date -> Nullable<Date>,
        completed_date -> Nullable<Date>,
        note -> Nullable<Text>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
        updated_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    work_progress (work_id, number) {
        work_id -> DbUuid,
        number -> Integer,
        reported_date -> Date,
        physical_percent -> BigInt,
        accepted_vnd -> Nullable<BigInt>,
        note -> Nullable<Text>,
        client_id -> Nullable<DbUuid>,
        person_id -> Nullable<DbUuid>,
        reported_at -> DbTimestamp,
    }
}

table! {
    use crate::values::storage::*;
    use diesel::sql_types::*;

    budget_publications (id) {
        id -> DbUuid,
        version -> BigInt,
        unit_id -> DbUuid,
        unit_date -> Date,
        title -> Text,
        source_label -> Text,
        published_date -> Nullable<Date>,
        as_of_date -> Nullable<Date>,
        plan_year -> Nullable<Integer>,
        amount_unit -> Text,
        rows -> DbJson,
        note -> Nullable<Text>,
        external_id -> Nullable<Text>,
        created_at -> DbTimestamp,
    }
}

allow_tables_to_appear_in_same_query!(
    installation,
    journal_head,
    journal,
    units,
    unit_timeline,
    unit_ancestry,
    clients,
    api_keys,
    grants,
    code_list_entries,
    criteria_sets,
    criteria,
    criteria_bands,
    assessments,
    assessment_verdicts,
    assessment_summaries,
    idempotency_keys,
    external_ids,
    unit_successions,
    unit_succession_edges,
    unit_geometries,
    unit_statuses,
    period_locks,
    indicators,
    observations,
    criteria_items,
    criteria_thresholds,
    criteria_region_overrides,
    assessment_items,
    assessment_seals,
    recognition_dossiers,
    recognition_steps,
    file_contents,
    files,
    evidence_files,
    threshold_verifications,
    criteria_set_replacements,
    agencies,
    people,
    person_readings,
    committees,
    mandates,
    acts,
    act_items,
    act_files,
    act_links,
    meetings,
    meeting_attendances,
    meeting_files,
    meeting_acts,
    directives,
    directive_parties,
    tasks,
    task_steps,
    task_extensions,
    task_files,
    task_progress_reports,
    obstacles,
    obstacle_steps,
    obstacle_escalations,
    obstacle_tasks,
    task_terms,
    obstacle_works,
    obstacle_budget_lines,
    activities,
    activity_units,
    activity_parties,
    activity_recommendations,
    activity_files,
    calendar_days,
    reporting_duties,
    report_submissions,
    report_submission_steps,
    report_submission_files,
    reporting_extensions,
    statements,
    programmes,
    budget_lines,
    budget_entries,
    works,
    work_progress,
    budget_publications,
);
