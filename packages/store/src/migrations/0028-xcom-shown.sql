-- What people are shown of an XCom in place of a value that holds a secret which its task named or read.
alter table airloom.xcom add column shown json;
