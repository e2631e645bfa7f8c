"""The database of durable work is made by whoever comes first, however few connections it asks for."""

from tests.servers import PostgresqlServer

from sidra.jobs.database import JobsDatabase


def test_a_new_database_is_prepared_by_who_asks_for_one_connection(postgresql_server: PostgresqlServer) -> None:
    database = JobsDatabase(postgresql_server.new_database(), connections=1)
    database.prepare()
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sidra_jobs.sidra_job").scalar() == 0
    database.close()
