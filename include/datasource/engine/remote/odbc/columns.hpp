#pragma once

#include <datasource/detail/ascii.hpp>
#include <datasource/engine/remote/odbc/handles.hpp>
#include <datasource/federation/remote_table.hpp>
#include <datasource/model/type.hpp>

#include <sql.h>
#include <sqlext.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// The columns of an ODBC result.
namespace datasource::remote::odbc {

/// Types that SQL Server's drivers add to ODBC's. Source: "ODBC data types", SQL Server.
enum VendorType : SQLSMALLINT { ss_variant = -150, ss_udt = -151, ss_xml = -152, ss_time = -154, ss_offset = -155 };

/// A column as its driver describes it.
struct ResultColumn {
  std::string name = {};                ///< As the statement has it.
  SQLSMALLINT type = SQL_UNKNOWN_TYPE;  ///< ODBC's number for its SQL type.
  std::size_t size = 0;                 ///< Characters, bytes or digits at most; 0: any.
  int digits = 0;                       ///< Behind the point.
  bool nullable = true;                 ///< Unless the driver says that it is not.
};

/// The columns of a statement that ran. Empty when it has no result.
inline std::vector<ResultColumn> describe(const Statement& statement) {
  SQLSMALLINT count = 0;
  SQLNumResultCols(statement.get(), &count);
  std::vector<ResultColumn> columns;
  for (SQLSMALLINT i = 1; i <= count; ++i) {
    SQLWCHAR name[256] = {};
    SQLSMALLINT length = 0, type = 0, digits = 0, nullable = 0;
    SQLULEN size = 0;
    SQLDescribeColW(statement.get(), static_cast<SQLUSMALLINT>(i), name, static_cast<SQLSMALLINT>(std::size(name)),
                    &length, &type, &size, &digits, &nullable);
    ResultColumn column{.type = type, .size = size, .digits = digits, .nullable = nullable != SQL_NO_NULLS};
    append_narrow(column.name, name,
                  std::min<std::size_t>(static_cast<std::size_t>(std::max<SQLSMALLINT>(length, 0)), 255));
    columns.push_back(std::move(column));
  }
  return columns;
}

/// What an engine sees of it.
inline RemoteColumn to_remote(const ResultColumn& column) {
  RemoteColumn made{.name = column.name, .nullable = column.nullable};
  switch (column.type) {
    case SQL_BIT: made.type = Type::boolean; break;
    case SQL_TINYINT:  // without a sign in SQL Server
    case SQL_SMALLINT: made.type = Type::int16; break;
    case SQL_INTEGER: made.type = Type::int32; break;
    case SQL_BIGINT: made.type = Type::int64; break;
    case SQL_REAL: made.type = Type::float32; break;
    case SQL_FLOAT:
    case SQL_DOUBLE: made.type = Type::float64; break;
    case SQL_DECIMAL:
    case SQL_NUMERIC:
      if (column.size < 1 || column.size > 38 || column.digits < 0 ||
          static_cast<std::size_t>(column.digits) > column.size)
        break;  // digits as text
      made.type = Type::decimal;
      made.precision = static_cast<std::uint8_t>(column.size);
      made.scale = static_cast<std::uint8_t>(column.digits);
      break;
    case SQL_TYPE_DATE: made.type = Type::date; break;
    case SQL_TYPE_TIME:
    case ss_time: made.type = Type::time; break;
    case SQL_TYPE_TIMESTAMP:
    case ss_offset: made.type = Type::timestamp; break;
    case SQL_BINARY:
    case SQL_VARBINARY:
    case SQL_LONGVARBINARY:
    case ss_udt: made.type = Type::binary; break;
    default: break;
  }
  return made;
}

/// Gives each column a name of its own in any case, and one to those without: `column3`, `total~2`.
inline void name_apart(std::vector<RemoteColumn>& columns) {
  const auto taken = [&](std::size_t count, const std::string& name) {
    return std::any_of(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(count),
                       [&](const RemoteColumn& each) { return datasource::detail::iequals(each.name, name); });
  };
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name.empty()) columns[i].name = "column" + std::to_string(i + 1);
    const std::string name = columns[i].name;
    for (int number = 2; taken(i, columns[i].name); ++number) columns[i].name = name + '~' + std::to_string(number);
  }
}

}  // namespace datasource::remote::odbc
