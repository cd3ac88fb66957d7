//! The tables as diesel sees them: one description for both databases, in the order of `migrations/`.

diesel::table! {
    administrations (id) {
        id -> Text,
        slug -> Text,
        name -> Text,
        place -> Integer,
    }
}

diesel::table! {
    units (id) {
        id -> Text,
        slug -> Text,
        external_id -> Nullable<Text>,
        name -> Text,
        administration_id -> Text,
        department -> Text,
        hub -> Nullable<Text>,
        appointed_from -> Nullable<Date>,
        appointed_to -> Nullable<Date>,
        active -> Bool,
    }
}

diesel::table! {
    people (id) {
        id -> Text,
        email -> Text,
        external_id -> Nullable<Text>,
        name -> Text,
        organisation -> Text,
        language -> Text,
        active -> Bool,
        created_at -> Timestamp,
    }
}

diesel::table! {
    role_grants (id) {
        id -> Text,
        person_id -> Text,
        role -> Text,
        unit_id -> Nullable<Text>,
        administration_id -> Nullable<Text>,
        year -> Nullable<Integer>,
        areas -> Nullable<Text>,
        granted_by -> Nullable<Text>,
        granted_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    cycles (id) {
        id -> Text,
        year -> Integer,
        form -> Text,
        form_digest -> Text,
        state -> Text,
        version -> Integer,
        calendar -> Text,
        published -> Bool,
        hides_own_level -> Bool,
        opened_at -> Timestamp,
        release_asked_by -> Nullable<Text>,
        release_asked_at -> Nullable<Timestamp>,
        archived_as -> Nullable<Text>,
    }
}

diesel::table! {
    date_changes (id) {
        id -> Text,
        cycle_id -> Text,
        dates -> Text,
        published -> Bool,
        hides_own_level -> Bool,
        reason -> Text,
        asked_by -> Text,
        asked_at -> Timestamp,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        confirmed -> Nullable<Bool>,
    }
}

diesel::table! {
    support_visits (id) {
        id -> Text,
        case_id -> Text,
        person_id -> Text,
        reason -> Text,
        opened_at -> Timestamp,
        ended_by -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    records_requests (id) {
        id -> Text,
        case_id -> Text,
        asked_on -> Date,
        asked_by -> Text,
        wanted -> Text,
        recorded_by -> Text,
        recorded_at -> Timestamp,
        decision -> Nullable<Text>,
        decision_reason -> Nullable<Text>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    plan_signatures (case_id) {
        case_id -> Text,
        signed_by -> Text,
        signed_at -> Timestamp,
    }
}

diesel::table! {
    cases (id) {
        id -> Text,
        cycle_id -> Text,
        unit_id -> Text,
        state -> Text,
        version -> Integer,
        entered_at -> Timestamp,
        submission_due -> Timestamp,
        extension_reason -> Nullable<Text>,
        returned_once -> Bool,
        returned_due -> Nullable<Timestamp>,
        fact_check_due -> Nullable<Timestamp>,
        plan_due -> Nullable<Timestamp>,
        registry_number -> Nullable<Text>,
        audit_length -> Integer,
        audit_head -> Text,
        form -> Text,
    }
}

diesel::table! {
    answers (case_id, criterion) {
        case_id -> Text,
        criterion -> Text,
        version -> Integer,
        content -> Text,
        confirmed -> Bool,
        declared_missing -> Nullable<Text>,
        saved_by -> Nullable<Text>,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    answer_versions (case_id, criterion, version) {
        case_id -> Text,
        criterion -> Text,
        version -> Integer,
        content -> Text,
        saved_by -> Nullable<Text>,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    presence (case_id, person_id) {
        case_id -> Text,
        person_id -> Text,
        criterion -> Text,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    areas_ready (case_id, area) {
        case_id -> Text,
        area -> Text,
        marked_by -> Text,
        marked_at -> Timestamp,
        changed_by -> Nullable<Text>,
        changed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    evidence (id) {
        id -> Text,
        case_id -> Text,
        criterion -> Text,
        name -> Text,
        stored_as -> Nullable<Text>,
        url -> Nullable<Text>,
        place -> Text,
        description -> Text,
        owner -> Text,
        valid_until -> Nullable<Date>,
        version -> Integer,
        added_by -> Text,
        added_at -> Timestamp,
        removed_at -> Nullable<Timestamp>,
        supersedes -> Nullable<Text>,
    }
}

diesel::table! {
    stored_files (stored_as) {
        stored_as -> Text,
        unit_id -> Text,
        media_type -> Text,
        size -> Integer,
        sha256 -> Text,
        scan -> Text,
        scanned_at -> Timestamp,
        used_at -> Timestamp,
        collected_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    submissions (id) {
        id -> Text,
        case_id -> Text,
        number -> Integer,
        content -> Text,
        digest -> Text,
        late -> Bool,
        submitted_by -> Text,
        submitted_at -> Timestamp,
    }
}

diesel::table! {
    returned_criteria (case_id, criterion) {
        case_id -> Text,
        criterion -> Text,
        what -> Text,
    }
}

diesel::table! {
    not_applicable (case_id, criterion) {
        case_id -> Text,
        criterion -> Text,
        reason -> Text,
        asked_by -> Text,
        asked_at -> Timestamp,
        approved -> Nullable<Bool>,
        decision_reason -> Nullable<Text>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    assignments (id) {
        id -> Text,
        case_id -> Text,
        party -> Text,
        person_id -> Text,
        assigned_by -> Text,
        assigned_at -> Timestamp,
        version -> Integer,
        locked_at -> Nullable<Timestamp>,
        commitment -> Nullable<Text>,
        salt -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
        end_reason -> Nullable<Text>,
        accepted_at -> Nullable<Timestamp>,
        left_as -> Nullable<Text>,
    }
}

diesel::table! {
    reviewer_profiles (person_id) {
        person_id -> Text,
        version -> Integer,
        areas -> Text,
        subjects -> Text,
        load_limit -> Integer,
        saved_by -> Nullable<Text>,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    reviewer_affiliations (id) {
        id -> Text,
        person_id -> Text,
        place -> Integer,
        employer -> Text,
        administration_id -> Nullable<Text>,
        department -> Text,
        unit_id -> Nullable<Text>,
        manages -> Bool,
        from_day -> Nullable<Date>,
        to_day -> Nullable<Date>,
    }
}

diesel::table! {
    reviewer_ties (id) {
        id -> Text,
        person_id -> Text,
        place -> Integer,
        kind -> Text,
        unit_id -> Text,
        note -> Text,
        happened_on -> Nullable<Date>,
        authors -> Nullable<Integer>,
    }
}

diesel::table! {
    pairing_exceptions (id) {
        id -> Text,
        person_id -> Text,
        case_id -> Text,
        rule -> Text,
        reason -> Text,
        decided_by -> Text,
        decided_at -> Timestamp,
    }
}

diesel::table! {
    declarations (id) {
        id -> Text,
        case_id -> Text,
        person_id -> Text,
        stage -> Text,
        conflict -> Bool,
        ground -> Nullable<Text>,
        text_version -> Text,
        declared_at -> Timestamp,
        decided_conflict -> Nullable<Bool>,
        decision_reason -> Nullable<Text>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    scores (assignment_id, criterion) {
        assignment_id -> Text,
        criterion -> Text,
        version -> Integer,
        first -> Nullable<Text>,
        reason -> Text,
        revised -> Nullable<Integer>,
        revised_reason -> Nullable<Text>,
        corrected -> Nullable<Integer>,
        corrected_reason -> Nullable<Text>,
        closed_at -> Nullable<Timestamp>,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    score_versions (assignment_id, criterion, version) {
        assignment_id -> Text,
        criterion -> Text,
        version -> Integer,
        content -> Text,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    further_criteria (assignment_id, criterion) {
        assignment_id -> Text,
        criterion -> Text,
    }
}

diesel::table! {
    settlement_messages (id) {
        id -> Text,
        case_id -> Text,
        criterion -> Text,
        person_id -> Text,
        message -> Text,
        written_at -> Timestamp,
    }
}

diesel::table! {
    joint_summaries (case_id) {
        case_id -> Text,
        version -> Integer,
        summary -> Text,
        university_signed_at -> Nullable<Timestamp>,
        region_signed_at -> Nullable<Timestamp>,
        written_by -> Text,
        written_at -> Timestamp,
    }
}

diesel::table! {
    fact_comments (case_id, criterion) {
        case_id -> Text,
        criterion -> Text,
        comment -> Text,
        written_by -> Text,
        written_at -> Timestamp,
        answer -> Nullable<Text>,
        answered_by -> Nullable<Text>,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    results (id) {
        id -> Text,
        case_id -> Text,
        number -> Integer,
        judged -> Text,
        scored -> Text,
        digest -> Text,
        outcome -> Text,
        reason -> Nullable<Text>,
        fixed_by -> Text,
        fixed_at -> Timestamp,
    }
}

diesel::table! {
    result_areas (result_id, area) {
        result_id -> Text,
        area -> Text,
        score -> Text,
        light -> Text,
    }
}

diesel::table! {
    recommendations (case_id) {
        case_id -> Text,
        recommendation -> Text,
        motive -> Text,
        decided_on -> Date,
        present -> Text,
        absent -> Text,
        written_by -> Text,
        written_at -> Timestamp,
    }
}

diesel::table! {
    plans (case_id) {
        case_id -> Text,
        version -> Integer,
        submitted_by -> Nullable<Text>,
        submitted_at -> Nullable<Timestamp>,
        accepted_by -> Nullable<Text>,
        accepted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    actions (id) {
        id -> Text,
        case_id -> Text,
        criterion -> Nullable<Text>,
        action -> Text,
        owner -> Text,
        due -> Date,
        done_on -> Nullable<Date>,
        note -> Text,
    }
}

diesel::table! {
    documents (id) {
        id -> Text,
        case_id -> Text,
        result_id -> Text,
        kind -> Text,
        language -> Text,
        format -> Text,
        digest -> Text,
        bytes -> Binary,
        issued_at -> Timestamp,
    }
}

diesel::table! {
    audit_entries (chain, number) {
        chain -> Text,
        number -> Integer,
        at -> Timestamp,
        actor -> Nullable<Text>,
        act -> Text,
        from_state -> Nullable<Text>,
        to_state -> Nullable<Text>,
        detail -> Text,
        previous -> Text,
        hash -> Text,
    }
}

diesel::table! {
    audit_chains (chain) {
        chain -> Text,
        length -> Integer,
        head -> Text,
    }
}

diesel::table! {
    outbox (id) {
        id -> Text,
        dedupe_key -> Text,
        kind -> Text,
        person_id -> Text,
        data -> Text,
        state -> Text,
        attempts -> Integer,
        next_at -> Timestamp,
        lease_until -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    jobs (id) {
        id -> Text,
        dedupe_key -> Text,
        kind -> Text,
        data -> Text,
        state -> Text,
        attempts -> Integer,
        next_at -> Timestamp,
        lease_until -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    sign_in_links (token_hash) {
        token_hash -> Text,
        person_id -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        person_id -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    tokens (token_hash) {
        token_hash -> Text,
        person_id -> Text,
        name -> Text,
        scope -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    idempotency (person_id, request_key) {
        person_id -> Text,
        request_key -> Text,
        request_digest -> Text,
        status -> Integer,
        location -> Nullable<Text>,
        body -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    rate_buckets (bucket) {
        bucket -> Text,
        used -> Integer,
        since -> Timestamp,
    }
}

diesel::table! {
    kept_posts (person_id) {
        person_id -> Text,
        path -> Text,
        content -> Text,
        kept_at -> Timestamp,
    }
}

diesel::table! {
    grant_requests (id) {
        id -> Text,
        person_id -> Text,
        role -> Text,
        year -> Nullable<Integer>,
        asked_by -> Text,
        asked_at -> Timestamp,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        grant_id -> Nullable<Text>,
    }
}

diesel::table! {
    criterion_comments (id) {
        id -> Text,
        case_id -> Text,
        criterion -> Text,
        comment -> Text,
        written_by -> Text,
        written_at -> Timestamp,
        resolved_by -> Nullable<Text>,
        resolved_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    submission_documents (submission_id, language) {
        submission_id -> Text,
        language -> Text,
        digest -> Text,
        bytes -> Binary,
        made_at -> Timestamp,
    }
}

diesel::table! {
    extension_requests (id) {
        id -> Text,
        case_id -> Text,
        reason -> Text,
        asked_by -> Text,
        asked_at -> Timestamp,
        granted -> Nullable<Bool>,
        until -> Nullable<Timestamp>,
        decision_reason -> Nullable<Text>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    calibration_rounds (year) {
        year -> Integer,
        form -> Text,
        state -> Text,
        version -> Integer,
        due -> Nullable<Date>,
        opened_at -> Nullable<Timestamp>,
        closed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    calibration_cases (year, number) {
        year -> Integer,
        number -> Integer,
        case_id -> Text,
        period -> Integer,
    }
}

diesel::table! {
    calibration_copies (year, number, criterion, version) {
        year -> Integer,
        number -> Integer,
        criterion -> Text,
        version -> Integer,
        content -> Text,
        saved_by -> Text,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    calibration_reviews (year, number, person_id) {
        year -> Integer,
        number -> Integer,
        person_id -> Text,
        locked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    calibration_scores (year, number, person_id, criterion) {
        year -> Integer,
        number -> Integer,
        person_id -> Text,
        criterion -> Text,
        version -> Integer,
        score -> Nullable<Text>,
        reason -> Text,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    calibration_clarifications (year, criterion, version) {
        year -> Integer,
        criterion -> Text,
        version -> Integer,
        clarification -> Text,
        written_by -> Text,
        written_at -> Timestamp,
    }
}

diesel::joinable!(units -> administrations (administration_id));
diesel::joinable!(role_grants -> units (unit_id));
diesel::joinable!(role_grants -> administrations (administration_id));
diesel::joinable!(grant_requests -> role_grants (grant_id));
diesel::joinable!(cycles -> people (release_asked_by));
diesel::joinable!(cases -> cycles (cycle_id));
diesel::joinable!(cases -> units (unit_id));
diesel::joinable!(answers -> cases (case_id));
diesel::joinable!(answers -> people (saved_by));
diesel::joinable!(answer_versions -> people (saved_by));
diesel::joinable!(presence -> cases (case_id));
diesel::joinable!(presence -> people (person_id));
diesel::joinable!(areas_ready -> cases (case_id));
diesel::joinable!(areas_ready -> people (marked_by));
diesel::joinable!(evidence -> cases (case_id));
diesel::joinable!(evidence -> people (added_by));
diesel::joinable!(evidence -> stored_files (stored_as));
diesel::joinable!(stored_files -> units (unit_id));
diesel::joinable!(submissions -> cases (case_id));
diesel::joinable!(submissions -> people (submitted_by));
diesel::joinable!(returned_criteria -> cases (case_id));
diesel::joinable!(not_applicable -> cases (case_id));
diesel::joinable!(assignments -> cases (case_id));
diesel::joinable!(declarations -> cases (case_id));
diesel::joinable!(scores -> assignments (assignment_id));
diesel::joinable!(further_criteria -> assignments (assignment_id));
diesel::joinable!(settlement_messages -> cases (case_id));
diesel::joinable!(settlement_messages -> people (person_id));
diesel::joinable!(joint_summaries -> cases (case_id));
diesel::joinable!(joint_summaries -> people (written_by));
diesel::joinable!(fact_comments -> cases (case_id));
diesel::joinable!(results -> cases (case_id));
diesel::joinable!(results -> people (fixed_by));
diesel::joinable!(result_areas -> results (result_id));
diesel::joinable!(recommendations -> cases (case_id));
diesel::joinable!(recommendations -> people (written_by));
diesel::joinable!(plans -> cases (case_id));
diesel::joinable!(actions -> plans (case_id));
diesel::joinable!(documents -> cases (case_id));
diesel::joinable!(documents -> results (result_id));
diesel::joinable!(criterion_comments -> cases (case_id));
diesel::joinable!(submission_documents -> submissions (submission_id));
diesel::joinable!(extension_requests -> cases (case_id));
diesel::joinable!(outbox -> people (person_id));
diesel::joinable!(sign_in_links -> people (person_id));
diesel::joinable!(sessions -> people (person_id));
diesel::joinable!(tokens -> people (person_id));
diesel::joinable!(idempotency -> people (person_id));
diesel::joinable!(kept_posts -> people (person_id));

diesel::allow_tables_to_appear_in_same_query!(
    administrations,
    units,
    people,
    role_grants,
    grant_requests,
    cycles,
    date_changes,
    cases,
    support_visits,
    records_requests,
    answers,
    answer_versions,
    areas_ready,
    presence,
    evidence,
    stored_files,
    submissions,
    returned_criteria,
    not_applicable,
    assignments,
    reviewer_profiles,
    reviewer_affiliations,
    reviewer_ties,
    pairing_exceptions,
    declarations,
    scores,
    score_versions,
    further_criteria,
    settlement_messages,
    joint_summaries,
    fact_comments,
    results,
    result_areas,
    recommendations,
    plans,
    plan_signatures,
    actions,
    documents,
    criterion_comments,
    submission_documents,
    extension_requests,
    calibration_rounds,
    calibration_cases,
    calibration_copies,
    calibration_reviews,
    calibration_scores,
    calibration_clarifications,
    audit_entries,
    audit_chains,
    outbox,
    jobs,
    sign_in_links,
    sessions,
    tokens,
    idempotency,
    rate_buckets,
    kept_posts,
);
