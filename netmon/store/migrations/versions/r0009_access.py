"""Accounts and tokens; the audit trail is a chain.

Revision: 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("audit") as table:
        table.add_column(sa.Column("previous", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("digest", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("audit") as table:  # a default only for what is there
        table.alter_column("previous", server_default=None)
        table.alter_column("digest", server_default=None)
    op.create_table(
        "audit_heads",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("last", BIG, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("pruned", BIG, nullable=False),
        sa.Column("pruned_digest", sa.Text(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_heads"),
    )
    op.create_index("ix_audit_heads_live", "audit_heads", ["live"])
    op.create_table(
        "accounts",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("password_changed_at", AT, nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", AT),
        sa.Column("removed_at", AT),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
    )
    op.create_index("ix_accounts_name", "accounts", ["name"])
    op.create_index("ix_accounts_live", "accounts", ["live"])
    op.create_table(
        "tokens",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("owner", BIG, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("session", sa.Boolean(), nullable=False),
        sa.Column("expires_at", AT),
        sa.Column("last_used_at", AT),
        sa.Column("ended_at", AT),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
    )
    op.create_index("ix_tokens_owner", "tokens", ["owner"])
    op.create_index("ix_tokens_live", "tokens", ["live"])


def downgrade() -> None:
    op.drop_table("tokens")
    op.drop_table("accounts")
    op.drop_table("audit_heads")
    with op.batch_alter_table("audit") as table:
        table.drop_column("digest")
        table.drop_column("previous")
