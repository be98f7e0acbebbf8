//! SQL of this crate. No company is bound: parameters begin at `$1`.

db::statements! {
    pub(crate) COUNT_COMPANIES = "SELECT COUNT(*) FROM access_company";
    pub(crate) INSERT_COMPANY = "INSERT INTO access_company \
        (id, code, name, currency, zone, language, lock_date, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, NULL, $7)";
    pub(crate) COMPANY = "SELECT id, code, name, currency, zone, language, lock_date FROM access_company \
        WHERE id = $1";
    pub(crate) COMPANY_BY_CODE = "SELECT id, code, name, currency, zone, language, lock_date \
        FROM access_company WHERE code = $1";
    pub(crate) COMPANIES = "SELECT id, code, name, currency, zone, language, lock_date FROM access_company \
        ORDER BY code";
    pub(crate) UPDATE_COMPANY = "UPDATE access_company \
        SET name = $2, zone = $3, language = $4 WHERE id = $1";
    pub(crate) SET_LOCK_DATE = "UPDATE access_company SET lock_date = $2 WHERE id = $1";
    pub(crate) INSERT_LOCK = "INSERT INTO access_lock \
        (company_id, seq, lock_date, lock_date_before, reason, set_at, set_by) \
        SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5, $6 FROM access_lock WHERE company_id = $1";
    pub(crate) LOCKS = "SELECT l.lock_date, l.lock_date_before, l.reason, l.set_at, l.set_by, u.name \
        FROM access_lock l JOIN access_user u ON u.id = l.set_by WHERE l.company_id = $1 \
        ORDER BY l.seq DESC LIMIT 100";

    pub(crate) INSERT_USER = "INSERT INTO access_user \
        (id, login, name, password_hash, language, active, created_at) VALUES ($1, $2, $3, $4, $5, 1, $6)";
    pub(crate) CREDENTIALS = "SELECT id, login, password_hash, active FROM access_user WHERE login = $1";
    pub(crate) CREDENTIALS_OF = "SELECT id, login, password_hash, active FROM access_user WHERE id = $1";
    pub(crate) SET_NAME = "UPDATE access_user SET name = $2 WHERE id = $1";
    pub(crate) SET_LANGUAGE = "UPDATE access_user SET language = $2 WHERE id = $1";
    pub(crate) SET_ACTIVE = "UPDATE access_user SET active = $2 WHERE id = $1";
    pub(crate) SET_PASSWORD = "UPDATE access_user SET password_hash = $2 WHERE id = $1";

    pub(crate) INSERT_MEMBERSHIP = "INSERT INTO access_membership (company_id, user_id, role) \
        VALUES ($1, $2, $3)";
    pub(crate) SET_ROLE = "UPDATE access_membership SET role = $3 WHERE company_id = $1 AND user_id = $2";
    pub(crate) MEMBERS = "SELECT u.id, u.login, u.name, u.language, u.active, m.role \
        FROM access_membership m JOIN access_user u ON u.id = m.user_id WHERE m.company_id = $1 \
        ORDER BY u.login";
    pub(crate) MEMBER = "SELECT u.id, u.login, u.name, u.language, u.active, m.role \
        FROM access_membership m JOIN access_user u ON u.id = m.user_id \
        WHERE m.company_id = $1 AND m.user_id = $2";
    pub(crate) MEMBERSHIPS = "SELECT c.id, c.code, c.name, m.role \
        FROM access_membership m JOIN access_company c ON c.id = m.company_id WHERE m.user_id = $1 \
        ORDER BY c.code";
    // Companies of user $1 that user $2 does not own.
    pub(crate) NOT_OWNED_BY = "SELECT COUNT(*) FROM access_membership t WHERE t.user_id = $1 AND NOT EXISTS \
        (SELECT 1 FROM access_membership a WHERE a.company_id = t.company_id AND a.user_id = $2 \
        AND a.role = 'owner')";
    pub(crate) ACTIVE_OWNERS = "SELECT COUNT(*) FROM access_membership m \
        JOIN access_user u ON u.id = m.user_id WHERE m.company_id = $1 AND m.role = 'owner' AND u.active = 1";
    pub(crate) DEMO_LOGINS = "SELECT u.login, u.name, m.role FROM access_membership m \
        JOIN access_user u ON u.id = m.user_id WHERE u.active = 1 ORDER BY m.company_id, m.user_id LIMIT 20";

    pub(crate) INSERT_SESSION = "INSERT INTO access_session \
        (token_hash, user_id, company_id, csrf_token, created_at, seen_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $5, $6)";
    pub(crate) SESSION = "SELECT s.token_hash, s.csrf_token, u.id, u.login, u.name, u.language, s.seen_at, \
        s.expires_at, m.role, c.id, c.code, c.name, c.currency, c.zone, c.language, c.lock_date \
        FROM access_session s JOIN access_user u ON u.id = s.user_id \
        LEFT JOIN access_membership m ON m.company_id = s.company_id AND m.user_id = s.user_id \
        LEFT JOIN access_company c ON c.id = m.company_id WHERE s.token_hash = $1 AND u.active = 1";
    pub(crate) TOUCH_SESSION = "UPDATE access_session SET seen_at = $2 \
        WHERE token_hash = $1 AND seen_at < $2";
    pub(crate) CHOOSE_COMPANY = "UPDATE access_session SET company_id = $2 WHERE token_hash = $1";
    pub(crate) CLOSE_SESSION = "DELETE FROM access_session WHERE token_hash = $1";
    pub(crate) CLOSE_OTHER_SESSIONS = "DELETE FROM access_session WHERE user_id = $1 AND token_hash <> $2";
    pub(crate) CLOSE_EXPIRED = "DELETE FROM access_session WHERE expires_at < $1";

    pub(crate) THROTTLE = "SELECT failures, window_start, blocked_until FROM access_throttle WHERE key = $1";
    pub(crate) SET_THROTTLE = "INSERT INTO access_throttle (key, failures, window_start, blocked_until) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, \
        window_start = excluded.window_start, blocked_until = excluded.blocked_until";
    pub(crate) CLEAR_THROTTLE = "DELETE FROM access_throttle WHERE key = $1";
    pub(crate) FORGIVE_THROTTLE = "UPDATE access_throttle SET failures = failures - 1 \
        WHERE key = $1 AND failures > 0";
    pub(crate) FORGET_THROTTLES = "DELETE FROM access_throttle WHERE window_start < $1";
}
