#pragma once

#include <datasource/federation/remote_table.hpp>
#include <datasource/federation/sql_dialect.hpp>
#include <datasource/federation/sql_text.hpp>
#include <datasource/model/type.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// SQL Server's types. Source: "Data types (Transact-SQL)", SQL Server 2022.
namespace datasource::remote::sqlserver {

/// A column of a table, with how it is read and compared.
struct Column {
  RemoteColumn shape = {};      ///< What an engine sees.
  SqlColumn compared = {};      ///< What may be asked of it.
  std::string expression = {};  ///< What is selected; the name itself, quoted, or a conversion of it.
  bool coarse = false;          ///< `datetime`, whose values are thirds of a hundredth of a second.
  bool guid = false;            ///< `uniqueidentifier`, which takes no other text.
};

/// @param type      SQL Server's own name, such as `datetime2`; of an alias the type that it stands for.
/// @param precision,scale Of decimals.
inline Column to_column(std::string name, std::string_view type, int precision, int scale, bool nullable) {
  Column column;
  column.shape = {.name = name, .nullable = nullable};
  column.compared.name = name;
  const std::string quoted = quoted_name(transact_sql, name);
  column.expression = quoted;
  const auto is = [&](Type shape, SqlCompare compare) {
    column.shape.type = shape;
    column.compared.compare = compare;
  };
  const auto read = [&](std::string before, std::string after) {
    column.expression = std::move(before) + quoted + std::move(after) + " AS " + quoted;
  };
  const auto decimal = [&](int digits, int decimals) {
    is(Type::decimal, SqlCompare::number);
    column.shape.precision = static_cast<std::uint8_t>(digits);
    column.shape.scale = static_cast<std::uint8_t>(decimals);
  };
  if (type == "bit") {
    is(Type::boolean, SqlCompare::boolean);
  } else if (type == "tinyint" || type == "smallint") {
    is(Type::int16, SqlCompare::number);
  } else if (type == "int") {
    is(Type::int32, SqlCompare::number);
  } else if (type == "bigint") {
    is(Type::int64, SqlCompare::number);
  } else if (type == "real") {
    is(Type::float32, SqlCompare::nothing);  // the constant would be a double, which equals few of its values
  } else if (type == "float") {
    is(Type::float64, SqlCompare::real);
  } else if (type == "decimal" || type == "numeric") {
    decimal(precision, scale);
  } else if (type == "money") {
    decimal(19, 4);
    read("CAST(", " AS decimal(19, 4))");
  } else if (type == "smallmoney") {
    decimal(10, 4);
    read("CAST(", " AS decimal(10, 4))");
  } else if (type == "date") {
    is(Type::date, SqlCompare::date);
    column.compared.literal = {"CAST(", " AS date)"};
  } else if (type == "time") {
    is(Type::time, SqlCompare::time);
    column.compared.literal = {"CAST(", " AS time(7))"};
    column.compared.finer = scale > 6;
    read("CAST(", " AS varchar(16))");  // the drivers' own form has no parts of a second
  } else if (type == "datetime2" || type == "smalldatetime") {
    is(Type::timestamp, SqlCompare::timestamp);
    column.compared.literal = {"CAST(", " AS datetime2(7))"};
    column.compared.finer = type == "datetime2" && scale > 6;
    if (type == "smalldatetime") read("CAST(", " AS datetime2(0))");
  } else if (type == "datetime") {
    is(Type::timestamp, SqlCompare::timestamp);
    column.compared.literal = {"CAST(", " AS datetime2(7))"};
    column.coarse = true;
    read("CAST(", " AS datetime2(3))");
  } else if (type == "datetimeoffset") {
    is(Type::timestamp, SqlCompare::timestamp);
    column.compared.literal = {"TODATETIMEOFFSET(CAST(", " AS datetime2(7)), 0)"};
    column.compared.finer = scale > 6;
    read("CAST(SWITCHOFFSET(", ", 0) AS datetime2(7))");
  } else if (type == "char" || type == "varchar" || type == "nchar" || type == "nvarchar") {
    is(Type::keyword, SqlCompare::folded_text);
  } else if (type == "uniqueidentifier") {
    is(Type::keyword, SqlCompare::folded_text);
    column.guid = true;
    read("CAST(", " AS char(36))");
  } else if (type == "binary" || type == "varbinary" || type == "timestamp" || type == "rowversion") {
    is(Type::binary, SqlCompare::nothing);
  } else if (type == "image") {
    is(Type::binary, SqlCompare::nothing);
    read("CAST(", " AS varbinary(max))");
  } else if (type == "hierarchyid" || type == "geometry" || type == "geography") {
    column.expression = quoted + ".ToString() AS " + quoted;
  } else {
    // text, ntext, xml, json, sql_variant, and types that are not known here
    read("CAST(", type == "sql_variant" ? " AS nvarchar(4000))" : " AS nvarchar(max))");
  }
  return column;
}

}  // namespace datasource::remote::sqlserver
