DROP TABLE extension_requests;
DROP TABLE submission_documents;
ALTER TABLE areas_ready DROP COLUMN changed_at;
ALTER TABLE areas_ready DROP COLUMN changed_by;
DROP TABLE criterion_comments;
