PRAGMA user_version=1;
PRAGMA application_id=1296126535;
BEGIN TRANSACTION;
CREATE TABLE attributes (
        id INTEGER PRIMARY KEY,
        hash INTEGER NOT NULL,
        used INTEGER NOT NULL,
        json TEXT NOT NULL
    );
INSERT INTO "attributes" VALUES(1,232254658,20454,'{"friendly_name":"Küche"}');
INSERT INTO "attributes" VALUES(2,1368717323,20454,'{"friendly_name":"Küche (oben)"}');
INSERT INTO "attributes" VALUES(3,3154935873,20454,'{"unit_of_measurement":"W"}');
INSERT INTO "attributes" VALUES(4,2745614147,20454,'{}');
CREATE TABLE entities (id INTEGER PRIMARY KEY, entity_id TEXT NOT NULL UNIQUE);
INSERT INTO "entities" VALUES(1,'light.kitchen');
INSERT INTO "entities" VALUES(2,'sensor.power');
INSERT INTO "entities" VALUES(3,'sensor.gone');
CREATE TABLE event_types (id INTEGER PRIMARY KEY, event_type TEXT NOT NULL UNIQUE);
INSERT INTO "event_types" VALUES(1,'service_registered');
INSERT INTO "event_types" VALUES(2,'doorbell');
CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        type INTEGER NOT NULL,
        time INTEGER NOT NULL,
        data TEXT NOT NULL,
        context_id,
        context_parent_id,
        context_user_id
    );
INSERT INTO "events" VALUES(1,1,1767268800000000,'{"domain":"recorder","service":"purge"}',X'019B796DD600D8F191B7584A2265B1F5',NULL,NULL);
INSERT INTO "events" VALUES(2,1,1767268800000000,'{"domain":"recorder","service":"purge_entities"}',X'019B796DD6001027C386BBC4CD613E30',NULL,NULL);
INSERT INTO "events" VALUES(3,1,1767268800000000,'{"domain":"recorder","service":"enable"}',X'019B796DD6007ED41E2FEB89414C343C',NULL,NULL);
INSERT INTO "events" VALUES(4,1,1767268800000000,'{"domain":"recorder","service":"disable"}',X'019B796DD60078E57311D8A3C2CE6F44',NULL,NULL);
INSERT INTO "events" VALUES(5,1,1767268800000000,'{"domain":"logbook","service":"log"}',X'019B796DD600C9E9612E7696A6CECC1B',NULL,NULL);
INSERT INTO "events" VALUES(6,2,1767268805000000,'{"where":"gate"}','not a ulid',NULL,NULL);
CREATE TABLE items (
        collection TEXT NOT NULL,
        key TEXT NOT NULL,
        value BLOB NOT NULL,
        PRIMARY KEY (collection, key)
    ) WITHOUT ROWID
    ;
INSERT INTO "items" VALUES('core.area_registry','kitchen',X'7B226E616D65223A224BC3BC636865227D');
CREATE TABLE states (
        entity INTEGER NOT NULL,
        time INTEGER NOT NULL,
        state TEXT,
        changed INTEGER,
        attributes INTEGER,
        is_new INTEGER NOT NULL,
        context_id,
        context_parent_id,
        context_user_id,
        PRIMARY KEY (entity, time)
    ) WITHOUT ROWID
    ;
INSERT INTO "states" VALUES(1,1767268800000000,'off',NULL,1,1,X'019B796DD6007CE418072E8C35BF992D',NULL,NULL);
INSERT INTO "states" VALUES(1,1767268805000000,'on',NULL,1,0,X'019B79DF48000000000000000000014B',X'019B79DF48000000000000000000014C',X'0123456789ABCDEF0123456789ABCDEF');
INSERT INTO "states" VALUES(1,1767268805000001,'on',NULL,2,0,X'019B796DE988D5F4E4B06CE60741C7A8',NULL,NULL);
INSERT INTO "states" VALUES(2,1767268805000000,'12.5',NULL,3,1,X'019B796DE9889B816EC9D28663CA828D',NULL,NULL);
INSERT INTO "states" VALUES(3,1767268805000000,'1',NULL,4,1,X'019B796DE988008AC4647159C324C985',NULL,NULL);
INSERT INTO "states" VALUES(3,1767268805000001,NULL,NULL,NULL,0,X'019B796DE988442E7204E52DB2221A58',NULL,NULL);
CREATE TABLE states_last (
        entity_id TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        attributes TEXT NOT NULL,
        changed INTEGER NOT NULL,
        updated INTEGER NOT NULL,
        context_id,
        context_parent_id,
        context_user_id
    ) WITHOUT ROWID
    ;
INSERT INTO "states_last" VALUES('light.kitchen','on','{"friendly_name":"Küche (oben)","supported_features":4,"brightness":80}',1767268805000000,1767268805000000,X'019B796DE988D5F4E4B06CE60741C7A8',NULL,NULL);
INSERT INTO "states_last" VALUES('sensor.gone','1','{}',1767268805000000,1767268805000000,X'019B796DE988008AC4647159C324C985',NULL,NULL);
INSERT INTO "states_last" VALUES('sensor.power','12.5','{"unit_of_measurement":"W"}',1767268805000000,1767268805000000,X'019B796DE9889B816EC9D28663CA828D',NULL,NULL);
CREATE INDEX attributes_hash ON attributes (hash);
CREATE INDEX events_type_time ON events (type, time);
COMMIT;
